using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Checkpoints.Layouts;
using SamTune.Training;
using SamTune.Training.Caching;

namespace SamTune.Cli.Advice;

/// <summary>What a training will about need, reckoned from sizes alone; docs/forecast.md has the formula and how near it comes.</summary>
/// <param name="Parameters">Values of the model.</param>
/// <param name="TrainedParameters">Values that are trained.</param>
/// <param name="MemoryBytes">Largest memory in use.</param>
/// <param name="SecondsPerStep">Time of one step, of a batch of pictures.</param>
/// <param name="SecondsPerPicture">Time of the encoder for one picture without training: what a validation costs, and, where embeddings are kept, the first pass.</param>
internal sealed record TrainingForecast(long Parameters, long TrainedParameters, long MemoryBytes, double SecondsPerStep, double SecondsPerPicture)
{
    // What the process takes before a model: runtime and libtorch.
    private const double ProgramBytes = 280e6;

    // 32-bit products of training steps, measured on two cores of a Zen 5 at input sides of 256 and 1024.
    private const double OperationsPerCoreAndSecond = 62e9;

    // How much larger the heap is than what lives in it; measured, docs/forecast.md.
    private const double HeapGaps = 1.1;

    // Values, of a token's width each, that a block makes in a pass, forward and backward about as many: what it keeps, and what it does not.
    private const double BlockValues = 20;

    // Attention scores are made in parts of this many bytes; scores, weights and their gradients are there at once.
    private const double AttentionPartBytes = 4 * (4 << 20);

    // Backward, attention makes its scores once more and then four products, where forward it makes two.
    private const double AttentionBackward = 2.5;

    // A picture and its masks in managed memory, bytes a pixel: colours, labels, four masks, their resized copies, and what waits for the garbage collector.
    private const double BytesPerPicturePixel = 40;

    // A volume in managed memory, bytes a voxel: voxels and labels, and the floats that its range is measured on, for the part to learn from and for the validation.
    private const double BytesPerVoxel = 24;

    // Values that the losses keep for each object and input pixel: the enlarged logits, their sigmoid, both losses' factors, targets, and gradients.
    private const int LossValues = 15;

    /// <summary>Reckons.</summary>
    /// <param name="sizes">The model.</param>
    /// <param name="method">The method.</param>
    /// <param name="inputSide">Side of the input, pixels.</param>
    /// <param name="batch">Pictures a step.</param>
    /// <param name="cores">Processor cores.</param>
    /// <param name="sources">What is read; null for pictures of the input's size.</param>
    /// <param name="options">Objects a picture, corrective rounds, MixUp and checkpointing; null for the usual.</param>
    /// <param name="keptPictures">Pictures of which the output of the encoder's frozen part is kept in memory; 0 where nothing is kept or it is counted elsewhere.</param>
    /// <param name="cache">Where it is kept, and how much at most; null for the usual.</param>
    /// <param name="operationsPerSecond">What the machine does in training, of all cores together; null for the cores' usual speed.</param>
    public static TrainingForecast Of(
        SamArchitecture sizes, MethodConfig method, int inputSide, int batch, int cores, SourceSizes? sources = null, TrainingOptions? options = null, int keptPictures = 0,
        CacheOptions? cache = null, double? operationsPerSecond = null)
    {
        SamArchitecture model = sizes with { ImageSize = inputSide };
        (SourceSizes read, TrainingOptions run) = (sources ?? default, options ?? new TrainingOptions());
        var parts = SamStateDict.Entries(model).Where(e => e.Name != SamStateDict.GaussianMatrix).ToLookup(
            e => e.Name.StartsWith(SamStateDict.ImageEncoderPrefix, StringComparison.Ordinal) ? 0 : e.Name.StartsWith(SamStateDict.PromptEncoderPrefix, StringComparison.Ordinal) ? 1 : 2,
            e => e.ElementCount);
        long parameters = parts.Sum(p => p.Sum()), trained = Trained(model, method, [.. Enumerable.Range(0, 3).Select(i => parts[i].Sum())]);
        int first = FirstTrainedBlock(model, method), prompts = read.Prompts(run);
        bool all = method is FullConfig { FreezeImageEncoder: false };
        double tokens = (double)model.GridSize * model.GridSize, inputPixels = (double)inputSide * inputSide, passed = tokens * model.EncoderEmbedDim;

        // Where tensors are small the holes between what is kept are not given back.
        double whole = 4 * batch * passed < NativeHeap.TrimmedFrom ? BlockValues * passed : 0;
        double kept = 0, forward = 0, backward = 0, largest = 0;
        for (int block = 0; block < model.EncoderDepth; block++)
        {
            (double values, double linear, double attention) = Block(model, block, all);
            forward += linear + attention;
            if (block >= first)
            {
                kept += run.Checkpointing ? passed : Math.Max(values, whole);
                largest = Math.Max(largest, values);
                backward += (all ? 2 * linear : linear) + (AttentionBackward * attention) + (run.Checkpointing ? linear + attention : 0);
            }
        }

        double decoder = Decoder(model, tokens);
        // The block whose gradient is computed, with checkpointing also what it keeps, or, where none is, the one that runs.
        double momentary = AttentionPartBytes + (4 * (first < model.EncoderDepth ? batch : 1) * ((BlockValues * passed) + (run.Checkpointing ? largest : 0)));
        double objects = (double)batch * prompts;
        double decoderKept = objects * tokens * (IsDecoderTrained(method) ? 26 : 20) * model.PromptEmbedDim, losses = objects * inputPixels * LossValues;
        // Weights; of what is trained gradients and two moments.
        double state = (4.0 * parameters) + (12.0 * trained);
        double activations = HeapGaps * ((4 * ((batch * kept) + decoderKept + losses)) + momentary);
        double memory = ProgramBytes + state + activations + (batch * BytesPerPicturePixel * (read.LargestPicture ?? inputPixels)) + (BytesPerVoxel * read.LargestVolume);
        CacheOptions store = cache ?? new CacheOptions();
        memory += store.Folder is null ? Math.Min(store.Limit, 4.0 * keptPictures * KeptValues(model, method, first, tokens)) : 0;
        double speed = operationsPerSecond ?? (OperationsPerCoreAndSecond * Math.Max(1, cores));
        // Embeddings that no training changes are computed once.
        double encoderPasses = first < model.EncoderDepth ? forward + backward : 0;
        return new TrainingForecast(
            parameters, trained, (long)memory, batch * (encoderPasses + (3 * prompts * decoder)) / speed, (forward + (prompts * decoder)) / speed);
    }

    /// <summary>Seconds of a whole training.</summary>
    /// <param name="pictures">Pictures to learn from.</param>
    /// <param name="held">Pictures of a validation, once an epoch.</param>
    /// <param name="options">Passes over the pictures, pictures a forward pass, and steps at most.</param>
    public double TotalSeconds(int pictures, int held, TrainingOptions options)
    {
        double passes = Math.Ceiling((double)pictures / options.BatchSize), most = (double)(options.MaxSteps ?? int.MaxValue) * options.AccumulationSteps;
        double epochs = passes > 0 ? Math.Min(options.Epochs, most / passes) : options.Epochs;
        return epochs * ((passes * SecondsPerStep) + (held * SecondsPerPicture));
    }

    // Values kept for the backward pass, and operations of the forward pass in linear layers and in attention, for one picture.
    private static (double Kept, double Linear, double Attention) Block(SamArchitecture model, int block, bool isTrained)
    {
        double width = model.EncoderEmbedDim, hidden = model.EncoderMlpDim, tokens = (double)model.GridSize * model.GridSize;
        // Windows that reach over the edge are filled up: with keys and values; only tokens of the map have queries.
        double keys = Keys(model, block), padded = PaddedTokens(model, block);
        // Inputs of both norms, and what goes into the update; the input of GELU. Of trained layers their inputs, and the query by rows and by columns.
        double kept = tokens * ((3 * width) + hidden + (isTrained ? width + hidden : 0));
        // Query, key and value, and for each head the bias of every row and column; of trained tables the query twice more, and what goes into the projection.
        double attended = (tokens * (((isTrained ? 4 : 1) * width) + (2 * Math.Sqrt(keys) * model.EncoderHeads))) + (padded * 2 * width);
        return (kept + attended, 2 * tokens * ((4 * width * width) + (2 * width * hidden)), 4 * tokens * keys * width);
    }

    // What is kept of a picture: the tokens before the first trained block, or the embedding; nothing where the first block is trained.
    private static double KeptValues(SamArchitecture model, MethodConfig method, int first, double tokens) =>
        first >= model.EncoderDepth && method is not AdapterConfig ? tokens * model.PromptEmbedDim : first > 0 ? tokens * model.EncoderEmbedDim : 0;

    private static bool IsDecoderTrained(MethodConfig method) => method is FullConfig { FreezeMaskDecoder: false };

    private static double Keys(SamArchitecture model, int block)
        => model.GlobalAttentionBlocks.Contains(block) ? (double)model.GridSize * model.GridSize : (double)model.WindowSize * model.WindowSize;

    // Windows are filled up at the right and below.
    private static double PaddedTokens(SamArchitecture model, int block)
    {
        int side = model.GlobalAttentionBlocks.Contains(block) ? model.GridSize : (model.GridSize + model.WindowSize - 1) / model.WindowSize * model.WindowSize;
        return (double)side * side;
    }

    // For one object: the image side of two-way attention, and the enlargement of the mask.
    private static double Decoder(SamArchitecture model, double tokens)
    {
        double width = model.PromptEmbedDim, inner = model.DecoderCrossAttentionDim;
        return 2 * tokens * ((((model.DecoderDepth * 4) + 2) * width * inner) + (width * width) + (width * width / 2));
    }

    /// <summary>The first block that a gradient crosses; the depth where none does.</summary>
    internal static int FirstTrainedBlock(SamArchitecture model, MethodConfig method) => method switch
    {
        // An adapter stands after its block, which therefore needs no backward pass itself.
        AdapterConfig adapters => adapters.BlocksOf(model.EncoderDepth) is [var earliest, ..] ? Math.Clamp(earliest + 1, 0, model.EncoderDepth) : model.EncoderDepth,
        LoraConfig lora => lora.Targets.Any(t => t.StartsWith("encoder.", StringComparison.Ordinal) || t.Contains("image_encoder", StringComparison.Ordinal)) ? lora.FromBlock ?? 0 : model.EncoderDepth,
        FullConfig { FreezeImageEncoder: false } => 0,
        _ => model.EncoderDepth,
    };

    private static long Trained(SamArchitecture model, MethodConfig method, long[] parts) => method switch
    {
        AdapterConfig adapters => adapters.BlocksOf(model.EncoderDepth).Count * adapters.ParametersPerBlock(model.EncoderEmbedDim),
        LoraConfig lora => lora.Targets.Sum(target => PerTarget(model, target)) * lora.Rank * (model.EncoderDepth - (lora.FromBlock ?? 0)),
        PromptTuningConfig prompt => (long)prompt.Tokens * model.PromptEmbedDim,
        FullConfig full => (full.FreezeImageEncoder ? 0 : parts[0]) + (full.FreezePromptEncoder ? 0 : parts[1]) + (full.FreezeMaskDecoder ? 0 : parts[2]),
        _ => 0,
    };

    // Input and output width together; of the decoder's small layers only their order of size matters.
    private static long PerTarget(SamArchitecture model, string target) => target switch
    {
        "encoder.q" or "encoder.k" or "encoder.v" or "encoder.proj" => 2L * model.EncoderEmbedDim,
        "encoder.mlp" => 2L * (model.EncoderEmbedDim + model.EncoderMlpDim),
        _ => 2L * model.PromptEmbedDim,
    };
}
