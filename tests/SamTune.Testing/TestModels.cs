using SamTune.Checkpoints.Layouts;
using SamTune.Modeling;
using static TorchSharp.torch;

namespace SamTune.Testing;

/// <summary>Models that tests run on.</summary>
public static class TestModels
{
    /// <summary>Sizes of tests/goldens/tiny_sam.*.</summary>
    public static SamArchitecture TinyArchitecture { get; } = new()
    {
        ImageSize = 128,
        PatchSize = 16,
        EncoderEmbedDim = 64,
        EncoderDepth = 4,
        EncoderHeads = 2,
        MlpRatio = 4,
        WindowSize = 5,
        GlobalAttentionBlocks = [1, 3],
        PromptEmbedDim = 32,
        MaskInChannels = 16,
        DecoderMlpDim = 96,
        IouHeadHiddenDim = 48,
    };

    /// <summary>The same at the full decoder width.</summary>
    public static SamArchitecture Tiny256Architecture { get; } = TinyArchitecture with { PromptEmbedDim = 256, DecoderMlpDim = 256, IouHeadHiddenDim = 256 };

    /// <summary>The reference's tiny model with its weights, in evaluation mode; the caller disposes it.</summary>
    public static Sam Tiny(int? inputSide = null)
    {
        var model = new Sam(TinyArchitecture, inputSide);
        Goldens weights = Goldens.TinyWeights();
        Assign(model, (name, _) => weights[name]);
        model.eval();
        return model;
    }

    /// <summary>The tiny model with a decoder that answers a click with a mask around it; in evaluation mode, the caller disposes it.</summary>
    public static Sam TinyClicks()
    {
        Sam model = Tiny();
        Goldens decoder = Goldens.TinyDecoder(), weights = Goldens.TinyWeights();
        HashSet<string> own = [.. decoder.Names];
        Assign(model, (name, _) => own.Contains(name) ? decoder[name] : weights[name]);
        return model;
    }

    /// <summary>A model with weights computed from their names, as tests/goldens/README.md says; the caller disposes it.</summary>
    public static Sam Formula(SamArchitecture architecture, Func<string, float>? gain = null)
    {
        var model = new Sam(architecture);
        Assign(model, (name, shape) => FormulaWeights.Create(name, shape, gain?.Invoke(name) ?? 1));
        model.eval();
        return model;
    }

    /// <summary>The gains of tiny256.</summary>
    public static float Tiny256Gain(string name)
    {
        if (name.EndsWith("rel_pos_h", StringComparison.Ordinal) || name.EndsWith("rel_pos_w", StringComparison.Ordinal))
        {
            return 10;
        }

        bool tripled = name.EndsWith("qkv.weight", StringComparison.Ordinal) || name.EndsWith("q_proj.weight", StringComparison.Ordinal)
            || name.EndsWith("k_proj.weight", StringComparison.Ordinal) || name is "mask_decoder.output_upscaling.0.weight" or "mask_decoder.output_upscaling.3.weight"
            || (name.EndsWith(".weight", StringComparison.Ordinal)
                && (name.Contains("output_hypernetworks_mlps", StringComparison.Ordinal) || name.Contains("iou_prediction_head", StringComparison.Ordinal)));
        return tripled ? 3 : 1;
    }

    private static void Assign(Sam model, Func<string, long[], Tensor> value)
    {
        using var guard = no_grad();
        foreach ((string name, Tensor target) in model.state_dict())
        {
            using Tensor source = value(name, target.shape);
            target.copy_(source);
        }
    }
}
