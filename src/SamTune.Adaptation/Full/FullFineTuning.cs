using SamTune.Modeling;
using TorchSharp.Modules;

namespace SamTune.Adaptation.Full;

/// <summary>Trains the base weights in place; nothing is added to a forward pass.</summary>
internal sealed class FullFineTuning : IFineTuning
{
    private readonly FullConfig _config;

    public FullFineTuning(FullConfig config, Sam model)
    {
        _config = config;
        FrozenPrefix = config.FreezeImageEncoder ? FrozenPrefix.WholeEncoder(model.Architecture.EncoderDepth) : FrozenPrefix.None;
        Trainable = [.. model.named_parameters().Where(p => IsTrained(p.name)).Select(p => (p.name, p.parameter))];
        foreach ((_, Parameter parameter) in Trainable)
        {
            parameter.requires_grad = true;
        }
    }

    public MethodConfig Config => _config;

    public IModelAdaptation Adaptation => NoAdaptation.Instance;

    public FrozenPrefix FrozenPrefix { get; }

    public IReadOnlyList<(string Name, Parameter Parameter)> Trainable { get; }

    public void SetMode(bool training, long seed)
    {
    }

    public void Dispose()
    {
    }

    private bool IsTrained(string name) => !(
        (_config.FreezeImageEncoder && name.StartsWith("image_encoder.", StringComparison.Ordinal))
        || (_config.FreezePromptEncoder && name.StartsWith("prompt_encoder.", StringComparison.Ordinal))
        || (_config.FreezeMaskDecoder && name.StartsWith("mask_decoder.", StringComparison.Ordinal)));
}
