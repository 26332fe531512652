using SamTune.Modeling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Adaptation.Lora;

/// <summary>Low-rank updates of linear layers; B starts at zero, so an untrained update changes nothing.</summary>
internal sealed class LoraFineTuning : IFineTuning, IModelAdaptation, IMergeable
{
    private readonly LoraConfig _config;
    private readonly double _scale;
    private readonly Dictionary<string, List<Update>> _updates;
    private readonly Generator _dropoutStream;
    private bool _training;

    public LoraFineTuning(LoraConfig config, Sam model, Generator generator)
    {
        _config = config;
        _scale = config.Alpha / config.Rank;
        _dropoutStream = new Generator(0, model.Device);
        using var scope = NewDisposeScope();
        List<Update> updates = [.. LoraSite.Select(model, config.Targets, config.FromBlock).Select(site =>
        {
            // The bound of Kaiming's uniform rule with a = sqrt(5), as in the reference implementation of LoRA.
            double bound = Math.Sqrt(1.0 / site.InputWidth);
            return new Update(
                site,
                TrainableTensor.Create(empty(config.Rank, site.InputWidth, device: model.Device).uniform_(-bound, bound, generator)),
                TrainableTensor.Create(zeros(site.OutputWidth, config.Rank, device: model.Device)));
        })];
        _updates = updates.GroupBy(u => u.Site.Layer).ToDictionary(g => g.Key, g => g.ToList());
        FrozenPrefix = updates.Min(u => u.Site.Block) is { } first ? FrozenPrefix.UpTo(first) : FrozenPrefix.WholeEncoder(model.Architecture.EncoderDepth);
        Trainable = [.. updates.SelectMany(u => new[]
        {
            ($"base_model.model.{u.Site.Name}.lora_A.weight", u.A), ($"base_model.model.{u.Site.Name}.lora_B.weight", u.B),
        })];
    }

    public MethodConfig Config => _config;

    public IModelAdaptation Adaptation => this;

    public FrozenPrefix FrozenPrefix { get; }

    public IReadOnlyList<(string Name, Parameter Parameter)> Trainable { get; }

    public Tensor? PromptTokens => null;

    public Tensor ApplyAfterBlock(int block, Tensor tokens) => tokens;

    public bool AdaptsLinear(string layer) => _updates.ContainsKey(layer);

    public Tensor ApplyToLinear(string layer, Tensor input, Tensor output)
    {
        if (!_updates.TryGetValue(layer, out List<Update>? updates))
        {
            return output;
        }

        using var scope = NewDisposeScope();
        foreach (Update update in updates)
        {
            var low = nn.functional.linear(Drop(input), update.A);
            var added = nn.functional.linear(low, update.B) * _scale;

            // Only the slice is written: what is no target keeps its bits.
            output.narrow(-1, update.Site.Offset, update.Site.OutputWidth).add_(added);
        }

        return output;
    }

    public void SetMode(bool training, long seed)
    {
        _training = training;
        _dropoutStream.manual_seed(seed);
    }

    public Tensor? RandomState() => _training && _config.Dropout > 0 ? _dropoutStream.get_state() : null;

    public void RestoreRandomState(Tensor state) => _dropoutStream.set_state(state);

    public void Merge(Sam model) => AddToWeights(model, _scale);

    public void Unmerge(Sam model) => AddToWeights(model, -_scale);

    public void Dispose()
    {
        foreach ((_, Parameter parameter) in Trainable)
        {
            parameter.Dispose();
        }

        _dropoutStream.Dispose();
    }

    private Tensor Drop(Tensor input)
    {
        if (!_training || _config.Dropout == 0)
        {
            return input;
        }

        // What is filled by a mask keeps that mask for its gradient, a byte a value; a product would keep a factor of four.
        double keep = 1 - _config.Dropout;
        var dropped = empty_like(input, dtype: ScalarType.Bool).bernoulli_(keep, _dropoutStream).eq(0);
        return (input * (1 / keep)).masked_fill_(dropped, 0);
    }

    private void AddToWeights(Sam model, double scale)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Dictionary<string, Parameter> weights = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach (Update update in _updates.Values.SelectMany(u => u))
        {
            weights[$"{update.Site.Layer}.weight"].narrow(0, update.Site.Offset, update.Site.OutputWidth).add_(matmul(update.B, update.A) * scale);
        }
    }

    private sealed record Update(LoraSite Site, Parameter A, Parameter B);
}
