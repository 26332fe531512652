using System.Text.Json.Nodes;
using SamTune.Checkpoints.Layouts;
using SamTune.Testing;
using static SamTune.Checkpoints.Tests.CheckpointTestData;

namespace SamTune.Checkpoints.Tests;

public sealed class LayoutTests
{
    [Theory]
    [InlineData("vit_b", 93735472, 89670912, 314)]
    [InlineData("vit_l", 312342832, 308278272, 482)]
    [InlineData("vit_h", 641090608, 637026048, 594)]
    public void Published_models_have_the_published_sizes_and_are_recognised(string variant, long parameters, long encoderParameters, int tensors)
    {
        SamArchitecture architecture = SamArchitecture.FromVariantName(variant);
        architecture.Validate();
        IReadOnlyList<TensorEntry> entries = SamStateDict.Entries(architecture);
        Assert.Equal(tensors, entries.Count);
        Assert.Equal(parameters + 256, entries.Sum(static entry => entry.ElementCount));
        Assert.Equal(encoderParameters, entries.Where(static entry => entry.Name.StartsWith("image_encoder.", StringComparison.Ordinal)).Sum(static entry => entry.ElementCount));
        Assert.Equal(architecture, SamArchitecture.Infer(entries));
        Assert.Equal(variant, architecture.VariantName);
    }

    [Fact]
    public void Sizes_are_recognised_at_any_input_and_window()
    {
        // At 128 pixels the grid (8) is smaller than the window (14): the global tables are the shorter ones.
        SamArchitecture small = SamArchitecture.VitB with { ImageSize = 128 };
        Assert.Equal(small, SamArchitecture.Infer(SamStateDict.Entries(small)));
        Assert.Equal("vit_b", small.VariantName);

        SamArchitecture allGlobal = small with { WindowSize = 0, GlobalAttentionBlocks = [.. Enumerable.Range(0, 12)], DecoderHeads = 4 };
        Assert.Equal(allGlobal, SamArchitecture.Infer(SamStateDict.Entries(allGlobal), decoderHeads: 4));

        SamArchitecture odd = new() { PatchSize = 8, ImageSize = 64, InputChannels = 4, MlpRatio = 2.5, MultimaskOutputs = 5, DecoderDepth = 3, IouHeadDepth = 5 };
        Assert.Equal(odd, SamArchitecture.Infer(SamStateDict.Entries(odd)));
    }

    [Fact]
    public void Any_width_of_the_hidden_layer_is_recognised()
    {
        for (int hidden = 1; hidden <= 400; hidden++)
        {
            SamArchitecture architecture = new() { EncoderEmbedDim = 84, EncoderDepth = 1, GlobalAttentionBlocks = [0], WindowSize = 0 };
            TensorEntry[] entries =
            [
                .. SamStateDict.Entries(architecture).Select(entry => entry.Name switch
                {
                    "image_encoder.blocks.0.mlp.lin1.weight" => entry with { Shape = [hidden, 84] },
                    _ => entry,
                }),
            ];
            Assert.Equal(hidden, SamArchitecture.Infer(entries).EncoderMlpDim);
        }
    }

    [Fact]
    public void A_model_whose_position_embedding_alone_was_resized_keeps_its_global_blocks()
    {
        TensorEntry[] entries =
        [
            .. SamStateDict.Entries(SamArchitecture.VitB).Select(static entry =>
                entry.Name == "image_encoder.pos_embed" ? entry with { Shape = [1, 16, 16, 768] } : entry),
        ];
        Assert.Equal(SamArchitecture.VitB with { ImageSize = 256 }, SamArchitecture.Infer(entries));
    }

    [Fact]
    public void Impossible_sizes_are_refused_by_name()
    {
        Assert.Contains("ImageSize is 100", Refused(new() { ImageSize = 100 }), StringComparison.Ordinal);
        Assert.Contains("EncoderHeads is 7", Refused(new() { EncoderHeads = 7 }), StringComparison.Ordinal);
        Assert.Contains("GlobalAttentionBlocks is 2, 12", Refused(new() { GlobalAttentionBlocks = [2, 12] }), StringComparison.Ordinal);
        Assert.Contains("WindowSize is 0", Refused(new() { WindowSize = 0 }), StringComparison.Ordinal);
        Assert.Contains("DecoderHeads is 3", Refused(new() { DecoderHeads = 3 }), StringComparison.Ordinal);

        static string Refused(SamArchitecture architecture) => Assert.Throws<CheckpointException>(() => architecture.Validate()).Message;
    }

    [Fact]
    public void Names_translate_to_Hugging_Face_and_back()
    {
        JsonObject map = Json(RepositoryFiles.Golden("hf_key_map.json"));
        Assert.Equal(202, map.Count);
        foreach ((string reference, JsonNode? value) in map)
        {
            string huggingFace = (string)value!;
            Assert.Equal(reference, SamNameMap.ToReference(huggingFace));
            string expected = reference == SamStateDict.GaussianMatrix ? SamNameMap.HuggingFaceGaussianMatrix : huggingFace;
            Assert.Equal(expected, SamNameMap.ToHuggingFace(reference));
            Assert.Equal(reference, SamNameMap.ToReference(expected));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Names_translate_back_and_forth_for_any_sizes(int iouHeadDepth)
    {
        SamArchitecture architecture = SamArchitecture.VitH with { IouHeadDepth = iouHeadDepth, DecoderDepth = 4, MultimaskOutputs = 11 };
        string[] references = [.. SamStateDict.Entries(architecture).Select(static entry => entry.Name)];
        string[] translated = Array.ConvertAll(references, name => SamNameMap.ToHuggingFace(name, iouHeadDepth));
        Assert.Equal(references, Array.ConvertAll(translated, name => SamNameMap.ToReference(name, iouHeadDepth)));
        Assert.Equal(references.Length, translated.Distinct().Count());
    }

    [Fact]
    public void Unknown_names_stay_as_they_are()
    {
        Assert.Equal("classifier.0.norm1.weight", SamNameMap.ToHuggingFace("classifier.0.norm1.weight"));
        Assert.Equal("classifier.0.layer_norm1.weight", SamNameMap.ToReference("classifier.0.layer_norm1.weight"));
        Assert.Equal("mask_decoder.iou_prediction_head.layers.x", SamNameMap.ToReference("mask_decoder.iou_prediction_head.layers.x"));
    }

    [Fact]
    public void Equal_sizes_are_equal_and_different_ones_are_not()
    {
        SamArchitecture copy = new() { GlobalAttentionBlocks = new List<int> { 2, 5, 8, 11 } };
        Assert.Equal(SamArchitecture.VitB, copy);
        Assert.Equal(SamArchitecture.VitB.GetHashCode(), copy.GetHashCode());
        Assert.NotEqual(SamArchitecture.VitB, copy with { GlobalAttentionBlocks = [2, 5, 8] });
        Assert.NotEqual(SamArchitecture.VitB, copy with { MlpRatio = 3 });
    }
}
