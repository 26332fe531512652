using SamTune.Modeling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Adaptation.PromptTuning;

/// <summary>Learned prompt tokens; the image embedding does not depend on them, so it can be computed once and kept.</summary>
internal sealed class PromptTuningFineTuning : IFineTuning, IModelAdaptation
{
    private readonly PromptTuningConfig _config;
    private readonly Parameter _tokens;

    public PromptTuningFineTuning(PromptTuningConfig config, Sam model, Generator generator)
    {
        _config = config;
        FrozenPrefix = FrozenPrefix.WholeEncoder(model.Architecture.EncoderDepth);
        using var scope = NewDisposeScope();

        // As large as the base's own prompt tokens: smaller ones are almost alike to the decoder and learn slowly, larger ones disturb the base from the start.
        _tokens = TrainableTensor.Create(empty(config.Tokens, model.Architecture.PromptEmbedDim, device: model.Device).normal_(0, 1, generator).mul_(model.PromptEncoder.TokenScale()));
    }

    public MethodConfig Config => _config;

    public IModelAdaptation Adaptation => this;

    public FrozenPrefix FrozenPrefix { get; }

    public IReadOnlyList<(string Name, Parameter Parameter)> Trainable => [("prompt_embeddings", _tokens)];

    public Tensor? PromptTokens => _tokens;

    public bool AdaptsLinear(string layer) => false;

    public Tensor ApplyToLinear(string layer, Tensor input, Tensor output) => output;

    public Tensor ApplyAfterBlock(int block, Tensor tokens) => tokens;

    public void SetMode(bool training, long seed)
    {
    }

    public void Dispose() => _tokens.Dispose();
}
