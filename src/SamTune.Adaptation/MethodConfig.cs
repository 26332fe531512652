using System.Text.Json.Serialization;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;

namespace SamTune.Adaptation;

/// <summary>How a model is fine-tuned: one of four methods with its settings. Immutable; saved inside every artifact.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "method")]
[JsonDerivedType(typeof(FullConfig), FullConfig.MethodName)]
[JsonDerivedType(typeof(AdapterConfig), AdapterConfig.MethodName)]
[JsonDerivedType(typeof(LoraConfig), LoraConfig.MethodName)]
[JsonDerivedType(typeof(PromptTuningConfig), PromptTuningConfig.MethodName)]
public abstract record MethodConfig
{
    /// <summary>The method's name on the command line and in files: full, adapters, lora or prompt.</summary>
    [JsonIgnore]
    public abstract string Method { get; }

    /// <summary>Learning rate that suits the method when the user names none.</summary>
    [JsonIgnore]
    public abstract double DefaultLearningRate { get; }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it and its range.</exception>
    public abstract void Validate();
}
