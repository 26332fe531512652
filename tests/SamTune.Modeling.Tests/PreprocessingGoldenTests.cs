using SamTune.Imaging;
using SamTune.Modeling.Preprocessing;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

public sealed class PreprocessingGoldenTests
{
    [Theory]
    [InlineData(128, "resized_pil")]
    [InlineData(64, "resized64_pil")]
    public void Resize_equals_pillow_bit_for_bit(int side, string golden)
    {
        using var scope = NewDisposeScope();
        RgbImage image = Image();
        RgbImage resized = PillowResize.Bilinear(image, new InputFrame(image.Size, side).Resized);
        Assert.Equal(Goldens.Tiny()[golden].data<float>().Select(v => (byte)v), resized.Pixels);
    }

    [Fact]
    public void Normalised_and_padded_input_equals_the_reference()
    {
        using var scope = NewDisposeScope();
        Near.Assert(Goldens.Tiny()["preprocessed"], ImagePreprocessor.Prepare(Image(), 128, CPU), 1e-6);
    }

    [Fact]
    public void Prompts_are_mapped_to_the_model_frame_as_the_reference_does()
    {
        (float x, float y) = new InputFrame(new ImageSize(96, 120), 128).ToModel(40, 30);
        Assert.Equal(new[] { x, y }, Goldens.Tiny()["prompt.a.points"].data<float>().ToArray());
    }

    private static RgbImage Image() =>
        new(new ImageSize(96, 120), [.. Goldens.Tiny()["image_u8"].data<float>().Select(v => (byte)v)]);
}
