using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Adaptation.Bands;

/// <summary>A method with filters for extra bands beside it: what the base's patch embedding makes of its own channels, plus a convolution of the extra ones.</summary>
internal sealed class BandFineTuning : IFineTuning, IModelAdaptation
{
    private const string FiltersName = "base_model.model.image_encoder.patch_embed.extra_bands.weight";
    private readonly IFineTuning _method;
    private readonly IModelAdaptation _inner;
    private readonly Parameter _filters;
    private readonly int _baseChannels;
    private readonly double _scale;

    public BandFineTuning(IFineTuning method, ExtraBands bands, Sam model)
    {
        _method = method;
        _inner = method.Adaptation;
        _baseChannels = model.Architecture.InputChannels;
        ExtraBands = [.. bands.Means.Zip(bands.Deviations, (mean, deviation) => new BandStatistics(mean, deviation))];
        int count = bands.Count;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var own = model.named_parameters().Single(p => p.name == "image_encoder.patch_embed.proj.weight").parameter;
        if (bands.Initialisation == BandInitialisation.RgbMean)
        {
            _scale = (double)_baseChannels / (_baseChannels + count);
            _filters = TrainableTensor.Create(own.mean([1L], keepdim: true).expand(-1, count, -1, -1) * _scale);
        }
        else
        {
            _scale = 1;
            _filters = TrainableTensor.Create(zeros(own.shape[0], count, own.shape[2], own.shape[3], device: model.Device));
        }

        Trainable = [.. method.Trainable, (FiltersName, _filters)];
    }

    public MethodConfig Config => _method.Config;

    public IModelAdaptation Adaptation => this;

    public FrozenPrefix FrozenPrefix => FrozenPrefix.None;

    public IReadOnlyList<(string Name, Parameter Parameter)> Trainable { get; }

    public Tensor? PromptTokens => _inner.PromptTokens;

    public Tensor? PromptTokensPresent => _inner.PromptTokensPresent;

    public IReadOnlyList<BandStatistics> ExtraBands { get; }

    public bool AdaptsLinear(string layer) => _inner.AdaptsLinear(layer);

    public Tensor ApplyToLinear(string layer, Tensor input, Tensor output) => _inner.ApplyToLinear(layer, input, output);

    public Tensor ApplyAfterBlock(int block, Tensor tokens) => _inner.ApplyAfterBlock(block, tokens);

    public Tensor ApplyToEmbedding(Tensor embedding) => _inner.ApplyToEmbedding(embedding);

    public Tensor EmbedPatches(Tensor image, Func<Tensor, Tensor> embed)
    {
        using var scope = NewDisposeScope();
        var own = image.narrow(1, 0, _baseChannels);

        // Scaling what goes into the base's filters scales the filters but not their bias.
        var tokens = embed(_scale == 1 ? own : own * _scale);
        long patch = _filters.shape[2];
        var added = nn.functional.conv2d(image.narrow(1, _baseChannels, ExtraBands.Count), _filters, strides: [patch, patch]);
        return (tokens + added.permute(0, 2, 3, 1)).MoveToOuterDisposeScope();
    }

    public void SetMode(bool training, long seed) => _method.SetMode(training, seed);

    public Tensor? RandomState() => _method.RandomState();

    public void RestoreRandomState(Tensor state) => _method.RestoreRandomState(state);

    public void Dispose()
    {
        _method.Dispose();
        _filters.Dispose();
    }
}
