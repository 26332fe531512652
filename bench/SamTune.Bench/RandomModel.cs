using SamTune.Adaptation;
using SamTune.Checkpoints.Layouts;
using SamTune.Imaging;
using SamTune.Modeling;
using static TorchSharp.torch;

namespace SamTune.Bench;

/// <summary>Models, methods and pictures whose numbers are random: durations do not depend on them.</summary>
internal static class RandomModel
{
    /// <summary>ViT-B.</summary>
    /// <param name="side">Side of the input.</param>
    public static Sam VitB(int side)
    {
        var model = new Sam(SamArchitecture.VitB, side);
        SamInitializer.Initialize(model, seed: 1);
        model.eval();
        return model;
    }

    /// <summary>A method as after training: none of its parameters is what it starts with.</summary>
    public static IFineTuning Trained(MethodConfig config, Sam model, int seed)
    {
        IFineTuning method = FineTuning.Create(config, model, seed);
        using var guard = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach ((_, var parameter) in method.Trainable)
        {
            using Tensor noise = randn(parameter.shape, generator: generator);
            parameter.add_(noise, alpha: 0.01);
        }

        method.SetMode(training: false, seed: 0);
        return method;
    }

    /// <summary>Noise, square.</summary>
    public static RgbImage Picture(int side, int seed) => Picture(new ImageSize(side, side), seed);

    /// <summary>Noise.</summary>
    public static RgbImage Picture(ImageSize size, int seed)
    {
        var pixels = new byte[size.Height * size.Width * 3];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(size, pixels);
    }
}
