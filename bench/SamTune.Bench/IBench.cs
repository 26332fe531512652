namespace SamTune.Bench;

/// <summary>A measurement that the command line runs by its name. A new one is a class of its own in Benches/; it is found by being there.</summary>
internal interface IBench
{
    /// <summary>The word on the command line.</summary>
    string Name { get; }

    /// <summary>What is measured, in a line.</summary>
    string Description { get; }

    /// <summary>Whether it can time a checkout of the Python reference in the same run.</summary>
    bool TakesReference => false;

    /// <summary>Measures.</summary>
    /// <param name="arguments">What stands behind the name on the command line.</param>
    /// <returns>The figures with their bars.</returns>
    BenchReport Run(IReadOnlyList<string> arguments);
}
