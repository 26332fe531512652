using SamTune.Adaptation;
using SamTune.Modeling;
using static TorchSharp.torch;

namespace SamTune.Testing;

/// <summary>Methods with parameters as after training: no longer what they start with.</summary>
public static class TrainedMethods
{
    /// <summary>Creates a method and moves each of its parameters by noise of deviation 0.05; set to evaluation, the caller disposes it.</summary>
    public static IFineTuning Create(MethodConfig config, Sam model, int seed)
    {
        IFineTuning method = FineTuning.Create(config, model, seed);
        using var guard = no_grad();
        using var generator = new Generator((ulong)seed + 100);
        foreach ((_, var parameter) in method.Trainable)
        {
            using Tensor noise = randn(parameter.shape, generator: generator);
            parameter.add_(noise, alpha: 0.05);
        }

        method.SetMode(training: false, seed: 0);
        return method;
    }
}
