using SamTune.Checkpoints.Layouts;
using SamTune.Imaging;
using SamTune.Modeling.Decoder;
using SamTune.Modeling.Encoder;
using SamTune.Modeling.Preprocessing;
using SamTune.Modeling.Prompts;
using TorchSharp;
using static TorchSharp.torch;

namespace SamTune.Modeling;

/// <summary>
/// The Segment Anything model (Kirillov et al. 2023, arXiv:2304.02643): image encoder, prompt encoder, mask decoder. Parameter names are those of the
/// published checkpoints. It holds base weights only; what a fine-tuning method adds is handed in with each call.
/// </summary>
public sealed class Sam : nn.Module
{
    // Locations of image embeddings, over all prompts, that the decoder works on at once on a processor.
    private const long TokensAtOnce = 4096;

    [ComponentName(Name = "image_encoder")]
    private readonly ImageEncoder _imageEncoder;

    [ComponentName(Name = "prompt_encoder")]
    private readonly PromptEncoder _promptEncoder;

    [ComponentName(Name = "mask_decoder")]
    private readonly MaskDecoder _maskDecoder;

    /// <summary>Creates a model whose weights are to be filled by a checkpoint or a <see cref="SamInitializer"/>.</summary>
    /// <param name="architecture">Sizes.</param>
    /// <param name="inputSide">S, the side of the square input in pixels, a multiple of the patch size; by default the size the architecture was trained with.</param>
    /// <exception cref="Checkpoints.CheckpointException">The sizes do not fit together.</exception>
    /// <exception cref="ArgumentException">The input size is no multiple of the patch size.</exception>
    public Sam(SamArchitecture architecture, int? inputSide = null)
        : base(nameof(Sam))
    {
        architecture.Validate();
        Architecture = architecture;
        InputSide = inputSide ?? architecture.ImageSize;
        if (InputSide < architecture.PatchSize || InputSide % architecture.PatchSize != 0)
        {
            throw new ArgumentException(
                $"The input size is {InputSide} pixels; it must be a multiple of the patch size {architecture.PatchSize}, such as {Math.Max(1, InputSide / architecture.PatchSize) * architecture.PatchSize}.", nameof(inputSide));
        }

        _imageEncoder = new ImageEncoder(architecture);
        _promptEncoder = new PromptEncoder(architecture);
        _maskDecoder = new MaskDecoder(architecture);
        RegisterComponents();
    }

    /// <summary>Sizes.</summary>
    public SamArchitecture Architecture { get; }

    /// <summary>S, the side of the square input, in pixels.</summary>
    public int InputSide { get; }

    /// <summary>g, the side of the image embedding: S / patch size.</summary>
    public int Grid => InputSide / Architecture.PatchSize;

    /// <summary>Where a picture of a size lies in this model's input.</summary>
    /// <param name="size">Size of the picture, in pixels.</param>
    public InputFrame FrameFor(ImageSize size) => new(size, InputSide, Architecture.PatchSize);

    /// <summary>The image encoder, for callers that keep activations.</summary>
    public ImageEncoder ImageEncoder => _imageEncoder;

    /// <summary>The prompt encoder.</summary>
    public PromptEncoder PromptEncoder => _promptEncoder;

    /// <summary>Where the parameters are.</summary>
    public Device Device => parameters().First().device;

    /// <summary>Computes image embeddings.</summary>
    /// <param name="images">Normalised and padded pictures, (B, 3 + extra bands of the adaptation, S, S) float32.</param>
    /// <param name="adaptation">What a fine-tuning method adds.</param>
    /// <returns>(B, C, g, g); the caller disposes it.</returns>
    public Tensor EncodeImages(Tensor images, IModelAdaptation adaptation) => _imageEncoder.Forward(images, adaptation);

    /// <summary>
    /// Predicts masks for the prompts of any number of images at once. Prompts may differ in their number of points: shorter ones are padded and the padding is hidden
    /// from the attention, so each result equals that of the prompt alone. Without gradients a processor works on a few at a time.
    /// </summary>
    /// <param name="embeddings">Image embeddings, (B, C, g, g).</param>
    /// <param name="prompts">Prompts, each naming its image.</param>
    /// <param name="adaptation">What a fine-tuning method adds.</param>
    /// <returns>Low-res logits (P, M, 4g, 4g) and estimated IoU (P, M); index 0 is the single-mask output, 1.. the alternatives; the caller disposes both.</returns>
    public (Tensor LowRes, Tensor Iou) DecodeMasks(Tensor embeddings, PromptBatch prompts, IModelAdaptation adaptation)
    {
        long most = PromptsAtOnce(embeddings);
        if (prompts.Count <= most)
        {
            return DecodeAtOnce(embeddings, prompts, adaptation);
        }

        using var scope = NewDisposeScope();
        var parts = new List<(Tensor LowRes, Tensor Iou)>();
        for (long first = 0; first < prompts.Count; first += most)
        {
            using PromptBatch part = prompts.Part(first, Math.Min(most, prompts.Count - first));
            parts.Add(DecodeAtOnce(embeddings, part, adaptation));
        }

        return (cat([.. parts.Select(p => p.LowRes)], 0).MoveToOuterDisposeScope(), cat([.. parts.Select(p => p.Iou)], 0).MoveToOuterDisposeScope());
    }

    // On a processor many prompts on a large map are slower together than in turns, for their maps leave the caches between one layer and the next; and take that many times the memory. A graph keeps all of them anyway.
    private static long PromptsAtOnce(Tensor embeddings) =>
        is_grad_enabled() || embeddings.device_type != DeviceType.CPU ? long.MaxValue : Math.Max(1, TokensAtOnce / (embeddings.shape[2] * embeddings.shape[3]));

    private (Tensor LowRes, Tensor Iou) DecodeAtOnce(Tensor embeddings, PromptBatch prompts, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        var rows = adaptation.ForPrompts(prompts.ImageIndex);
        var sparse = _promptEncoder.Sparse(prompts, InputSide);
        var present = prompts.HasAbsent ? prompts.Labels != PromptBatch.Absent : null;
        if (rows.PromptTokens is { } learned)
        {
            learned = learned.dim() == 2 ? learned.unsqueeze(0).expand(prompts.Count, -1, -1) : learned;
            present = Join(rows.PromptTokensPresent, learned, present, sparse);
            sparse = cat([learned, sparse], 1);
        }

        var image = embeddings.shape[0] == 1 ? embeddings.expand(prompts.Count, -1, -1, -1) : embeddings.index_select(0, prompts.ImageIndex);
        (Tensor lowRes, Tensor iou) = _maskDecoder.Forward(
            image, _promptEncoder.DensePositions(embeddings.shape[2]), sparse, present, _promptEncoder.Dense(prompts, embeddings.shape[2]), rows);
        return (lowRes.MoveToOuterDisposeScope(), iou.MoveToOuterDisposeScope());
    }

    // Which tokens of a row exist, (P, N + T) bool; null when all do.
    private static Tensor? Join(Tensor? learnedPresent, Tensor learned, Tensor? sparsePresent, Tensor sparse)
    {
        static Tensor All(Tensor tokens) => ones(tokens.shape[0], tokens.shape[1], dtype: @bool, device: tokens.device);
        return learnedPresent is null && sparsePresent is null
            ? null
            : cat([learnedPresent ?? All(learned), sparsePresent ?? All(sparse)], 1);
    }
}
