using SamTune.Adaptation;
using SamTune.Adaptation.Full;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Testing;
using SamTune.Training;

namespace SamTune.Cli.Tests;

/// <summary>One short quickstart on the real MRI, on a tiny base that has learned for a moment what an object is.</summary>
public sealed class QuickstartFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The base.</summary>
    public string Base => _folder.At("tiny.safetensors");

    /// <summary>What the run wrote.</summary>
    public string Out => _folder.At("out");

    /// <summary>What the run printed.</summary>
    internal CommandLineRun Run { get; private set; } = new(-1, "", "");

    /// <summary>Arguments of a run into a folder.</summary>
    public string[] Arguments(string folder) => ["quickstart", "--quick", "--steps", "3", "--base", Base, "--device", "cpu", "--out", folder];

    /// <summary>A path that nothing is at.</summary>
    public string At(string name) => _folder.At(name);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        using (Sam model = TestModels.Tiny())
        {
            using IFineTuning everything = FineTuning.Create(new FullConfig(), model, 1);
            var options = new TrainingOptions { Epochs = 100, MaxSteps = 25, LearningRate = 1e-3 };
            new Trainer(model, everything, new DiscDataset(8), null, options, _folder.At("base"), TimeProvider.System).Run(resume: false, null, TestContext.Current.CancellationToken);
            SamLoader.Save(model, Base);
        }

        Run = await CommandLineRun.Of(Arguments(Out));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
