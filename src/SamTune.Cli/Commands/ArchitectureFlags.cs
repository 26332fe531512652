using System.CommandLine;
using SamTune.Checkpoints.Layouts;
using SamTune.Cli.Running;
using SamTune.Imaging;

namespace SamTune.Cli.Commands;

/// <summary>The flags of <c>pretrain</c> that say what the model looks like; the decoder has the full width of the large ones.</summary>
internal sealed class ArchitectureFlags
{
    private readonly Option<int?> side = new("--image-size") { Description = "Side of the square input, in pixels (256)." };
    private readonly Option<int?> width = new("--width") { Description = "Token width of the image encoder (192)." };
    private readonly Option<int?> depth = new("--depth") { Description = "Blocks of the image encoder (8)." };
    private readonly Option<int?> heads = new("--heads") { Description = "Attention heads of the image encoder (3)." };
    private readonly Option<int?> window = new("--window") { Description = "Side of an attention window, in tokens (8)." };
    private readonly Option<string?> global = new("--global-blocks") { Description = "Blocks that attend over the whole picture, from 0 (3,7)." };

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option flag in new Option[] { side, width, depth, heads, window, global })
        {
            command.Add(flag);
        }
    }

    /// <summary>The architecture, checked.</summary>
    /// <exception cref="InputException">The numbers do not fit together.</exception>
    public SamArchitecture Read(CommandSettings settings)
    {
        var shape = new SamArchitecture
        {
            ImageSize = settings.Whole(side) ?? 256,
            EncoderEmbedDim = settings.Whole(width) ?? 192,
            EncoderDepth = settings.Whole(depth) ?? 8,
            EncoderHeads = settings.Whole(heads) ?? 3,
            WindowSize = settings.Whole(window) ?? 8,
            GlobalAttentionBlocks = [.. (settings.List(global) ?? ["3", "7"]).Select(Block)],
        };
        shape.Validate();
        return shape;
    }

    private int Block(string word) =>
        int.TryParse(word, out int block) ? block : throw new InputException($"{global.Name}: '{word}' is no block; give numbers from 0, separated by commas.");
}
