using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;
using SamTune.Modeling.Prompts;
using static TorchSharp.torch;

namespace SamTune.Evaluation.Relevance;

/// <summary>What is kept of one picture's way through a model, in plain memory.</summary>
/// <param name="Embedding">The image embedding, (C, g, g).</param>
/// <param name="Output">What the method added to the embedding.</param>
/// <param name="Blocks">One entry an encoder block.</param>
/// <param name="Decoder">Attention of the token that draws the mask in the decoder's final layer, (g, g) for each object prompted by its exact box; each sums to 1.</param>
internal sealed record SampleTrace(float[] Embedding, AddedNorms Output, IReadOnlyList<BlockTrace> Blocks, IReadOnlyList<float[]> Decoder)
{
    public static SampleTrace Of(Sam model, IModelAdaptation adaptation, Sample sample, TokenRegions regions)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var pause = FinalizerPause.Start();
        Tensor image = ImagePreprocessor.Prepare(sample.Image, model.InputSide, model.Device, adaptation.ExtraBands);
        var observer = new ForwardObserver(adaptation, model, regions);
        var embedding = model.EncodeImages(image, observer);
        PromptSet[] boxes = [.. sample.Objects.Select(o => ExactPrompt.Of(o.Mask, PromptKind.Box))];
        using PromptBatch prompts = PromptBatchBuilder.Build([(model.FrameFor(sample.Image.Size), boxes)], model.Device);
        model.DecodeMasks(embedding, prompts, observer);
        return new SampleTrace(TensorCopy.ToArray(embedding), observer.Output, observer.Blocks, observer.Decoder);
    }
}
