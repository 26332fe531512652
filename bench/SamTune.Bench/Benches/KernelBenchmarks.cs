using BenchmarkDotNet.Attributes;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Encoder;
using SamTune.Modeling.Layers;
using SamTune.Modeling.Preprocessing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Bench.Benches;

/// <summary>What <see cref="Kernels"/> times; public and not sealed, as BenchmarkDotNet asks.</summary>
public class KernelBenchmarks : IDisposable
{
    private const int Side = 1024, Grid = 64, Window = 14, Width = 768, Hidden = 3072, Heads = 12;
    private static readonly ImageSize s_picture = new(1200, 1600);
    private readonly EncoderAttention _whole = new("whole", Width, Heads, window: 0, Grid), _windowed = new("windowed", Width, Heads, Window, Grid);
    private readonly FeedForward _feedForward = new("feed_forward", Width, Hidden, gelu: true);
    private readonly Linear _linear = nn.Linear(Width, Hidden);
    private readonly RgbImage _image = RandomModel.Picture(s_picture, seed: 1);
    private readonly Tensor _tokens = randn(1, Grid, Grid, Width), _padding = zeros(Width), _lowRes = randn(1, 3, Side / 4, Side / 4);

    /// <summary>Frees the tensors.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        foreach (IDisposable owned in new IDisposable[] { _whole, _windowed, _feedForward, _linear, _tokens, _padding, _lowRes })
        {
            owned.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Attention of a block over the whole map.</summary>
    [Benchmark(Description = "attention over the whole map, 64 x 64 tokens")]
    public void WholeAttention() => Run(() => _whole.Forward(_tokens, NoAdaptation.Instance));

    /// <summary>The same with factors of products in bfloat16.</summary>
    [Benchmark(Description = "attention over the whole map, bfloat16 products")]
    public void WholeAttentionBFloat16() => Run(() => _whole.Forward(_tokens, NoAdaptation.Instance), isHalf: true);

    /// <summary>Attention of a block in windows.</summary>
    [Benchmark(Description = "attention in 25 windows of 14 x 14")]
    public void WindowAttention() => Run(() => _windowed.Forward(_tokens, NoAdaptation.Instance));

    /// <summary>Cutting into windows and putting together again.</summary>
    [Benchmark(Description = "window partition, there and back")]
    public void Windows() => Run(() => WindowPartition.Join(WindowPartition.Split(_tokens, Window, _padding), Grid, Grid));

    /// <summary>A layer as the model computes it.</summary>
    [Benchmark(Description = "linear product")]
    public void Product() => Run(() => Autocast.Apply(_linear, _tokens));

    /// <summary>The same by libtorch's own function.</summary>
    [Benchmark(Description = "linear product by libtorch's linear")]
    public void PlainProduct() => Run(() => nn.functional.linear(_tokens, _linear.weight!, _linear.bias));

    /// <summary>The same in bfloat16.</summary>
    [Benchmark(Description = "linear product, bfloat16")]
    public void ProductBFloat16() => Run(() => Autocast.Apply(_linear, _tokens), isHalf: true);

    /// <summary>Both layers of a block's feed-forward part with GELU between.</summary>
    [Benchmark(Description = "feed forward, 768 to 3072 and back")]
    public void FeedForward() => Run(() => _feedForward.Forward(_tokens, NoAdaptation.Instance));

    /// <summary>A picture made the model's input.</summary>
    [Benchmark(Description = "picture of 1600 x 1200 resized and normalised")]
    public void Prepare() => Run(() => ImagePreprocessor.Prepare(_image, Side, CPU));

    /// <summary>Masks in the picture's size.</summary>
    [Benchmark(Description = "three masks enlarged to 1600 x 1200")]
    public void Enlarge() => Run(() => MaskPostprocessor.ToOriginal(_lowRes, new InputFrame(s_picture, Side)));

    private static void Run(Func<Tensor> kernel, bool isHalf = false)
    {
        using var pause = FinalizerPause.Start();
        using var guard = no_grad();
        using var precision = Autocast.BFloat16(isHalf);
        using var scope = NewDisposeScope();
        kernel();
    }
}
