using SamTune.Modeling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Adaptation.Adapters;

/// <summary>Bottleneck layers after encoder blocks and on the image embedding; the up-projection starts at zero, so an untrained adapter changes nothing.</summary>
internal sealed class AdapterFineTuning : IFineTuning, IModelAdaptation
{
    private readonly AdapterConfig _config;
    private readonly Dictionary<int, Adapter> _adapters = [];
    private readonly Adapter? _output;

    public AdapterFineTuning(AdapterConfig config, Sam model, Generator generator)
    {
        _config = config;
        int depth = model.Architecture.EncoderDepth;
        LatePlacement.Validate(config.FromBlock, config.Method, depth);
        foreach (int block in config.BlocksOf(depth))
        {
            if (block < 0 || block >= depth)
            {
                throw new ArgumentException($"adapters: block {block} is asked for; this encoder has blocks 0..{depth - 1}.");
            }

            _adapters[block] = new Adapter(model.Architecture.EncoderEmbedDim, config, generator, model.Device);
        }

        _output = config.Output ? new Adapter(model.Architecture.PromptEmbedDim, config, generator, model.Device) : null;
        FrozenPrefix = _adapters.Count > 0 ? FrozenPrefix.UpTo(_adapters.Keys.Min() + 1) : FrozenPrefix.WholeEncoder(depth);
        Trainable =
        [
            .. _adapters.SelectMany(a => a.Value.Named($"base_model.model.image_encoder.blocks.{a.Key}.adapter")),
            .. _output?.Named("base_model.model.image_encoder.output_adapter") ?? [],
        ];
    }

    public MethodConfig Config => _config;

    public IModelAdaptation Adaptation => this;

    // An adapter acts behind its block: the block itself is still the base's.
    public FrozenPrefix FrozenPrefix { get; }

    public IReadOnlyList<(string Name, Parameter Parameter)> Trainable { get; }

    public Tensor? PromptTokens => null;

    public bool AdaptsLinear(string layer) => false;

    public Tensor ApplyToLinear(string layer, Tensor input, Tensor output) => output;

    public Tensor ApplyAfterBlock(int block, Tensor tokens) =>
        _adapters.TryGetValue(block, out Adapter? adapter) ? adapter.Apply(tokens) : tokens;

    public Tensor ApplyToEmbedding(Tensor embedding)
    {
        if (_output is null)
        {
            return embedding;
        }

        using var scope = NewDisposeScope();
        return _output.Apply(embedding.permute(0, 2, 3, 1)).permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }

    public void SetMode(bool training, long seed)
    {
    }

    public void Dispose()
    {
        foreach ((_, Parameter parameter) in Trainable)
        {
            parameter.Dispose();
        }
    }

    private sealed class Adapter
    {
        private readonly Parameter _down;
        private readonly Parameter _up;
        private readonly Parameter? _downBias;
        private readonly Parameter? _upBias;

        public Adapter(long width, AdapterConfig config, Generator generator, Device device)
        {
            using var scope = NewDisposeScope();
            _down = TrainableTensor.Create(empty(config.Bottleneck, width, device: device).normal_(0, Math.Sqrt(1.0 / width), generator));
            _up = TrainableTensor.Create(zeros(width, config.Bottleneck, device: device));
            _downBias = config.Bias ? TrainableTensor.Create(zeros(config.Bottleneck, device: device)) : null;
            _upBias = config.Bias ? TrainableTensor.Create(zeros(width, device: device)) : null;
        }

        public IEnumerable<(string, Parameter)> Named(string prefix)
        {
            yield return ($"{prefix}.down.weight", _down);
            if (_downBias is not null)
            {
                yield return ($"{prefix}.down.bias", _downBias);
            }

            yield return ($"{prefix}.up.weight", _up);
            if (_upBias is not null)
            {
                yield return ($"{prefix}.up.bias", _upBias);
            }
        }

        public Tensor Apply(Tensor tokens)
        {
            using var scope = NewDisposeScope();
            var hidden = nn.functional.gelu(nn.functional.linear(tokens, _down, _downBias));
            return (tokens + nn.functional.linear(hidden, _up, _upBias)).MoveToOuterDisposeScope();
        }
    }
}
