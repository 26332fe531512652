using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Bands;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Modeling;
using static TorchSharp.torch;

namespace SamTune.Adaptation;

/// <summary>Applies a method to a model.</summary>
public static class FineTuning
{
    /// <summary>Creates the method's parameters, freezes the base and leaves its weights untouched.</summary>
    /// <param name="config">The method and its settings.</param>
    /// <param name="model">The base; its parameters' requires_grad is set by this call.</param>
    /// <param name="seed">Where initial values come from.</param>
    /// <returns>The method applied; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">A setting is out of range or names nothing in this model.</exception>
    public static IFineTuning Create(MethodConfig config, Sam model, long seed)
    {
        config.Validate();
        foreach (Tensor parameter in model.parameters())
        {
            parameter.requires_grad = false;
        }

        using var generator = new Generator((ulong)seed, model.Device);
        IFineTuning method = config switch
        {
            FullConfig full => new FullFineTuning(full, model),
            AdapterConfig adapters => new AdapterFineTuning(adapters, model, generator),
            LoraConfig lora => new LoraFineTuning(lora, model, generator),
            PromptTuningConfig prompt => new PromptTuningFineTuning(prompt, model, generator),
            _ => throw new ArgumentException($"Unknown method '{config.Method}'.", nameof(config)),
        };
        return config.ExtraBands is { } bands ? new BandFineTuning(method, bands, model) : method;
    }

    /// <summary>Number of trained values.</summary>
    public static long ParameterCount(this IFineTuning method) => method.Trainable.Sum(p => p.Parameter.numel());
}
