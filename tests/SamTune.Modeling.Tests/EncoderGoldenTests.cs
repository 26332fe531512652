using SamTune.Modeling.Encoder;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

public sealed class EncoderGoldenTests
{
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_stage_equals_the_reference(bool gradients)
    {
        using var scope = NewDisposeScope();
        using var mode = set_grad_enabled(gradients);
        Goldens golden = Goldens.Tiny();
        using Sam model = TestModels.Tiny();
        ImageEncoder encoder = model.ImageEncoder;
        var x = encoder.Embed(golden["preprocessed"]);
        Near.Assert(golden["enc.patch_embed"], x - encoder.PositionsFor(8, 8), Tolerance, "patch_embed");
        for (int block = 0; block < 4; block++)
        {
            x = encoder.Blocks(x, block, block + 1, NoAdaptation.Instance);
            Near.Assert(golden[$"enc.block{block}"], x, Tolerance, $"block{block}");
        }

        Near.Assert(golden["image_embeddings"], encoder.Neck(x), Tolerance, "neck");
        Near.Assert(golden["image_embeddings"], model.EncodeImages(golden["preprocessed"], NoAdaptation.Instance), Tolerance, "whole");
    }

    [Fact]
    public void Another_input_size_interpolates_the_position_tables_as_the_reference_does()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Goldens golden = Goldens.Tiny();
        using Sam model = TestModels.Tiny(96);
        Near.Assert(golden["resize96.pos_embed"], model.ImageEncoder.PositionsFor(6, 6), 1e-6);
        var image = golden["preprocessed"].narrow(2, 0, 96).narrow(3, 0, 96);
        Near.Assert(golden["resize96.image_embeddings"], model.EncodeImages(image, NoAdaptation.Instance), Tolerance);
    }

    [Fact]
    public void A_size_that_is_no_multiple_of_the_patch_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new Sam(TestModels.TinyArchitecture, 100));
        Assert.Contains("multiple of the patch size 16", error.Message, StringComparison.Ordinal);
    }
}
