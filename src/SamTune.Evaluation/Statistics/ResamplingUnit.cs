namespace SamTune.Evaluation.Statistics;

/// <summary>What a bootstrap draws with replacement.</summary>
public enum ResamplingUnit
{
    /// <summary>Single values: right when they are independent of each other.</summary>
    Value,

    /// <summary>Whole groups (patients, volumes): right when values of one group resemble each other.</summary>
    Group,

    /// <summary>Values within their stratum: a mean of means, one a task.</summary>
    ValueWithinStratum,
}
