using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Layers;
using SamTune.Modeling.Preprocessing;
using SamTune.Modeling.Prompts;
using static TorchSharp.torch;

namespace SamTune.Inference;

/// <summary>
/// Predicts masks: encodes a picture once and answers any number of prompts about it. Results are plain memory. No gradients are kept, and no call leaves tensors behind
/// but the embedding of the current picture.
/// </summary>
/// <remarks>
/// For one thread at a time, because of the current picture; <see cref="PredictBatch"/> does not touch it. Several predictors may share a model. The caller keeps model and
/// adaptation and disposes them after the predictor.
/// </remarks>
public sealed class SamPredictor : IDisposable
{
    private readonly Sam _model;
    private readonly IModelAdaptation _adaptation;
    private Tensor? _embedding;
    private InputFrame _frame;

    /// <summary>Creates a predictor.</summary>
    /// <param name="model">The base model; stays the caller's.</param>
    /// <param name="adaptation">What a fine-tuning method adds, or <see cref="NoAdaptation.Instance"/>; stays the caller's.</param>
    public SamPredictor(Sam model, IModelAdaptation adaptation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(adaptation);
        _model = model;
        _adaptation = adaptation;
    }

    /// <summary>Computes the products of the image encoder in bfloat16 (<see cref="Autocast"/>); the decoder, which takes little time, stays in float32.</summary>
    public bool BFloat16 { get; init; }

    /// <summary>Size of the current picture, in pixels; null before <see cref="SetImage"/>.</summary>
    public ImageSize? ImageSize => _embedding is null ? null : _frame.Original;

    /// <summary>Encodes a picture; the prompts that follow are about it.</summary>
    /// <param name="image">8-bit RGB, of any size, with the extra bands that the adaptation takes; others are left out.</param>
    /// <exception cref="InputException">It lacks a band.</exception>
    public void SetImage(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var pause = FinalizerPause.Start();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var embedding = Encode([image]).DetachFromDisposeScope();
        _embedding?.Dispose();
        _embedding = embedding;
        _frame = _model.FrameFor(image.Size);
    }

    /// <summary>Answers one prompt about the current picture.</summary>
    /// <param name="prompt">In pixels of the picture.</param>
    /// <param name="multimask">True for the alternatives, false for the single mask; by default the alternatives for a lone click, which may mean a whole or one of its parts.</param>
    /// <exception cref="InvalidOperationException">There is no current picture.</exception>
    /// <exception cref="InputException">A coordinate is not a number, or a mask prompt has the wrong size.</exception>
    public Prediction Predict(PromptSet prompt, bool? multimask = null) => PredictMany([prompt], multimask)[0];

    /// <summary>Answers several prompts about the current picture in one call of the decoder; the results equal those of each prompt alone.</summary>
    /// <param name="prompts">In pixels of the picture; any number, of any kinds.</param>
    /// <param name="multimask">As in <see cref="Predict"/>, for each prompt.</param>
    /// <returns>One answer a prompt, in the same order.</returns>
    /// <exception cref="InvalidOperationException">There is no current picture.</exception>
    /// <exception cref="InputException">A coordinate is not a number, or a mask prompt has the wrong size.</exception>
    public IReadOnlyList<Prediction> PredictMany(IReadOnlyList<PromptSet> prompts, bool? multimask = null)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        if (_embedding is null)
        {
            throw new InvalidOperationException($"There is no picture to predict on; call {nameof(SetImage)} first.");
        }

        using var pause = FinalizerPause.Start();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return Decode(_embedding, [(_frame, prompts)], multimask)[0];
    }

    /// <summary>
    /// Encodes several pictures as one batch and answers all their prompts in one call of the decoder. The current picture stays as it is. Activations of all pictures are in memory
    /// together: choose the number of pictures accordingly.
    /// </summary>
    /// <param name="images">Pictures of any sizes, each with any number of prompts in its own pixels.</param>
    /// <param name="multimask">As in <see cref="Predict"/>, for each prompt.</param>
    /// <returns>For each picture one answer a prompt, in the same order.</returns>
    /// <exception cref="InputException">A coordinate is not a number, or a mask prompt has the wrong size.</exception>
    public IReadOnlyList<IReadOnlyList<Prediction>> PredictBatch(IReadOnlyList<(RgbImage Image, IReadOnlyList<PromptSet> Prompts)> images, bool? multimask = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.All(i => i.Prompts.Count == 0))
        {
            return [.. images.Select(_ => Array.Empty<Prediction>())];
        }

        using var pause = FinalizerPause.Start();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var embeddings = Encode([.. images.Select(i => i.Image)]);
        return Decode(embeddings, [.. images.Select(i => (_model.FrameFor(i.Image.Size), i.Prompts))], multimask);
    }

    /// <summary>
    /// Hands over the alternatives of many lone prompts about the current picture one by one, so that the logits of one prompt at a time are in memory at the picture's size.
    /// </summary>
    /// <param name="prompts">In pixels of the picture; decoded in one call.</param>
    /// <param name="minimumPredictedIou">Alternatives that the model does not expect to be better than this are left out before they are scaled up.</param>
    /// <param name="receive">Gets the position of the prompt and the mask, in the model's order of outputs.</param>
    internal void PredictAlternatives(IReadOnlyList<PromptSet> prompts, float minimumPredictedIou, Action<int, PredictedMask> receive)
    {
        if (_embedding is null)
        {
            throw new InvalidOperationException($"There is no picture to predict on; call {nameof(SetImage)} first.");
        }

        using var guard = no_grad();
        using var scope = NewDisposeScope();
        (Tensor lowRes, float[] estimates) = DecodeAll(_embedding, prompts);
        int outputs = estimates.Length / prompts.Count;
        for (int row = 0; row < prompts.Count; row++)
        {
            List<PredictedMask> masks = [];
            using (FinalizerPause.Start())
            {
                for (int k = 1; k < outputs; k++)
                {
                    float estimate = estimates[(row * outputs) + k];
                    if (estimate > minimumPredictedIou)
                    {
                        masks.Add(MaskOf(lowRes, row, k, estimate, _frame));
                    }
                }
            }

            masks.ForEach(mask => receive(row, mask));
        }
    }

    /// <summary>Frees the embedding of the current picture.</summary>
    public void Dispose()
    {
        _embedding?.Dispose();
        _embedding = null;
    }

    private Tensor Encode(IReadOnlyList<RgbImage> images)
    {
        using var precision = Autocast.BFloat16(BFloat16);
        return _model.EncodeImages(ImagePreprocessor.Prepare(images, _model.InputSide, _model.Device, _adaptation), _adaptation);
    }

    private List<List<Prediction>> Decode(Tensor embeddings, IReadOnlyList<(InputFrame Frame, IReadOnlyList<PromptSet> Prompts)> images, bool? multimask)
    {
        if (images.All(i => i.Prompts.Count == 0))
        {
            return [.. images.Select(_ => new List<Prediction>())];
        }

        using PromptBatch batch = PromptBatchBuilder.Build(images, _model.Device);
        (Tensor lowRes, Tensor iou) = _model.DecodeMasks(embeddings, batch, _adaptation);
        float[][] estimates = [.. TensorCopy.ToArray(iou).Chunk((int)iou.shape[1])];
        int row = 0;
        return [.. images.Select(image => image.Prompts.Select(prompt => Answer(lowRes, estimates[row], row++, image.Frame, multimask ?? prompt.IsAmbiguous)).ToList())];
    }

    private (Tensor LowRes, float[] Estimates) DecodeAll(Tensor embedding, IReadOnlyList<PromptSet> prompts)
    {
        using var pause = FinalizerPause.Start();
        using PromptBatch batch = PromptBatchBuilder.Build([(_frame, prompts)], _model.Device);
        (Tensor lowRes, Tensor iou) = _model.DecodeMasks(embedding, batch, _adaptation);
        return (lowRes, TensorCopy.ToArray(iou));
    }

    private static Prediction Answer(Tensor lowRes, float[] estimates, int row, InputFrame frame, bool multimask)
    {
        IEnumerable<int> outputs = multimask ? Enumerable.Range(1, estimates.Length - 1).OrderByDescending(k => estimates[k]) : [0];
        return new Prediction([.. outputs.Select(k => MaskOf(lowRes, row, k, estimates[k], frame))]);
    }

    private static PredictedMask MaskOf(Tensor lowRes, int row, int output, float estimate, InputFrame frame)
    {
        using var scope = NewDisposeScope();
        var small = lowRes.narrow(0, row, 1).narrow(1, output, 1);
        return new PredictedMask(frame.Original, TensorCopy.ToArray(MaskPostprocessor.ToOriginal(small, frame)), estimate, TensorCopy.ToArray(small));
    }
}
