using System.Text.Json.Serialization;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Bands;
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

    /// <summary>Bands of the input beside red, green and blue, such as near infrared; null for none. Any method can have them.</summary>
    public ExtraBands? ExtraBands { get; init; }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it and its range.</exception>
    public void Validate()
    {
        ExtraBands?.Validate();
        ValidateMethod();
    }

    /// <summary>Checks the settings that the method adds.</summary>
    protected abstract void ValidateMethod();
}
