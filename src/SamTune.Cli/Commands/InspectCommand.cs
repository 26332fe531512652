using System.CommandLine;
using SamTune.Artifacts;
using SamTune.Checkpoints;
using SamTune.Checkpoints.Layouts;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune inspect FILE</c>: what a file is, without loading it as a model.</summary>
internal sealed class InspectCommand : TeachingCommand
{
    private readonly Argument<string> file = new("FILE")
    {
        Description = "A .pth, a .safetensors, the index of a sharded checkpoint, or a folder that holds one of them.",
    };

    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object and nothing else." };
    private readonly Option<bool> tensors = new("--tensors") { Description = "List every tensor with its element type and shape." };

    private readonly Option<bool> fingerprint = new("--fingerprint")
    {
        Description = "Add the SHA-256 fingerprint of the weights, by which an adapter names its base; reads the whole file.",
    };

    /// <summary>Creates the command.</summary>
    public InspectCommand()
        : base("inspect", "Says what a checkpoint is: format, layout, variant, sizes, and parameters of each part. Runs nothing that the file contains.")
    {
        Add(file);
        Add(json);
        Add(tensors);
        Add(fingerprint);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune inspect sam_vit_b_01ec64.pth", "Which SAM is this?"),
        new("samtune inspect tests/goldens/tiny_sam.pth --json", "The same for a script"),
        new("samtune inspect ./sam-vit-base --tensors", "A folder from the Hugging Face hub, with all its tensors"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        string path = result.GetRequiredValue(file);
        using (Checkpoint opened = Checkpoint.Open(path))
        {
            if (opened.Metadata.ContainsKey(ArtifactFile.ManifestKey))
            {
                WriteArtifact(result, opened);
                return Task.FromResult(ExitCode.Success);
            }
        }

        using SamCheckpoint checkpoint = SamCheckpoint.Open(path);
        CheckpointDescription description = CheckpointDescription.Of(checkpoint, result.GetValue(fingerprint), result.GetValue(tensors));
        TextWriter output = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(output, description);
        }
        else
        {
            Write(output, description, checkpoint.Architecture);
        }

        return Task.FromResult(ExitCode.Success);
    }

    private void WriteArtifact(ParseResult result, Checkpoint opened)
    {
        ArtifactDescription found = ArtifactDescription.Of(opened);
        TextWriter output = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(output, found);
            return;
        }

        TextTable.WritePairs(output,
        [
            ("file", $"{found.File} ({TextTable.Count(found.Bytes)} bytes)"),
            ("kind", "artifact of a fine-tuning run"),
            ("method", found.Method),
            ("element type", string.Join(", ", found.ElementTypes)),
            ("parameters", TextTable.Count(found.Parameters)),
            .. found.Parts.Select(part => ($"  {part.Key}", TextTable.Count(part.Value))),
            .. found.Manifest.EnumerateObject().Where(p => p.Value.ValueKind != System.Text.Json.JsonValueKind.Null).Select(p => (p.Name, p.Value.ToString().ReplaceLineEndings(" "))),
        ]);
    }

    private static void Write(TextWriter output, CheckpointDescription found, SamArchitecture architecture)
    {
        ModelSizes sizes = found.Sizes;
        List<(string, string)> lines =
        [
            ("file", found.File + (found.Bytes is { } bytes ? $" ({TextTable.Count(bytes)} bytes)" : "")),
            ("format", found.Format),
            ("layout", found.Layout + (found.Prefix == null ? "" : $", behind '{found.Prefix}'")),
            ("variant", found.Variant == "custom" ? "custom sizes" : $"{architecture.DisplayName} ({found.Variant})"),
            ("element type", found.ElementType == "mixed" ? string.Join(", ", found.ElementTypes.Select(t => $"{t.Value} {t.Key}")) : found.ElementType),
            ("tensors", TextTable.Count(found.Tensors)),
            ("parameters", TextTable.Count(found.Parameters)),
            ("  image encoder", TextTable.Count(found.Parts.ImageEncoder)),
            ("  prompt encoder", TextTable.Count(found.Parts.PromptEncoder)),
            ("  mask decoder", TextTable.Count(found.Parts.MaskDecoder)),
            ("input", $"{sizes.ImageSize} x {sizes.ImageSize}, {sizes.InputChannels} channels, patches of {sizes.PatchSize}"),
            ("encoder", $"width {sizes.EncoderEmbedDim}, {sizes.EncoderDepth} blocks, {sizes.EncoderHeads} heads, MLP ratio {sizes.MlpRatio:0.##}, "
                + $"window {sizes.WindowSize}, global attention in {string.Join(", ", sizes.GlobalAttentionBlocks)}"),
            ("decoder", $"width {sizes.PromptEmbedDim}, {sizes.DecoderDepth} layers, {sizes.DecoderHeads} heads, MLP {sizes.DecoderMlpDim}, "
                + $"{sizes.MultimaskOutputs} + 1 masks, IoU head {sizes.IouHeadDepth} x {sizes.IouHeadHiddenDim}, mask channels {sizes.MaskInChannels}"),
        ];
        if (found.Fingerprint != null)
        {
            lines.Add(("fingerprint", found.Fingerprint));
        }

        if (found.Ignored.Count > 0)
        {
            lines.Add(("beside the model", $"{found.Ignored.Count} tensors, the first is '{found.Ignored[0]}'"));
        }

        lines.AddRange(found.Problems.Select(problem => ("problem", ErrorHandling.OneLine(problem))));
        lines.AddRange((found.TensorList ?? []).Select(t => (t.Name, $"{t.ElementType} {(t.Shape.Count == 0 ? "scalar" : string.Join('x', t.Shape))}")));
        TextTable.WritePairs(output, lines);
    }
}
