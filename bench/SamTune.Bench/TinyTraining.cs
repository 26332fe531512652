using SamTune.Adaptation;
using SamTune.Modeling;
using SamTune.Modeling.Loading;

namespace SamTune.Bench;

/// <summary>A training of the small base that comes with the repository, in a folder that is gone afterwards.</summary>
internal static class TinyTraining
{
    /// <summary>Loads the base, creates the method and trains.</summary>
    /// <param name="config">What is trained.</param>
    /// <param name="seed">Where what the method draws comes from.</param>
    /// <param name="train">Gets the base, the method and the run's folder; what it returns is all that stays.</param>
    public static T Run<T>(MethodConfig config, long seed, Func<Sam, IFineTuning, string, T> train)
    {
        using var folder = new TemporaryFolder();
        using Sam model = SamLoader.Load(RepositoryFolder.At("models", "sam_tiny", "sam_tiny.safetensors"));
        using IFineTuning method = FineTuning.Create(config, model, seed);
        return train(model, method, folder.Path);
    }
}
