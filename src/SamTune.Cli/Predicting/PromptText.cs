using SamTune.Cli.Running;
using SamTune.Data.Prompts;
using SamTune.Imaging;

namespace SamTune.Cli.Predicting;

/// <summary>Boxes and clicks as they are written on the command line.</summary>
internal static class PromptText
{
    /// <summary>Prompts of a picture: each box its own; all clicks one, or with one box that box's.</summary>
    /// <exception cref="InputException">A text is none.</exception>
    public static PromptSet[] Prompts(string[] boxes, string[] points)
    {
        PointPrompt[] clicks = [.. points.Select(Point)];
        BoundingBox[] areas = [.. boxes.Select(Box)];
        if (areas.Length <= 1)
        {
            return [new PromptSet { Box = areas.Length == 1 ? areas[0] : null, Points = clicks }];
        }

        PromptSet[] alone = [.. areas.Select(b => new PromptSet { Box = b })];
        return clicks.Length == 0 ? alone : [.. alone, new PromptSet { Points = clicks }];
    }

    /// <summary>A box, <c>x0,y0,x1,y1</c>.</summary>
    /// <exception cref="InputException">The text is none.</exception>
    public static BoundingBox Box(string text) => Box(Numbers(text, "--box", 4, "x0,y0,x1,y1"), $"--box: '{text}'");

    /// <summary>A box from its four numbers.</summary>
    /// <param name="n">x0, y0, x1, y1.</param>
    /// <param name="place">Where they stand, for the message.</param>
    /// <exception cref="InputException">It ends before it begins, or has not four finite numbers.</exception>
    public static BoundingBox Box(float[] n, string place)
    {
        if (n.Length != 4 || !n.All(float.IsFinite))
        {
            throw new InputException($"{place} has {n.Length} numbers; write x0, y0, x1, y1 in pixels.");
        }

        return n[2] >= n[0] && n[3] >= n[1]
            ? new BoundingBox(n[0], n[1], n[2], n[3])
            : throw new InputException($"{place} ends before it begins; write x0,y0,x1,y1 with x1 >= x0 and y1 >= y0.");
    }

    /// <summary>A click, <c>x,y,1</c> on the object or <c>x,y,0</c> beside it.</summary>
    /// <exception cref="InputException">The text is none.</exception>
    public static PointPrompt Point(string text)
    {
        float[] n = Numbers(text, "--point", 3, "x,y,1 or x,y,0");
        return n[2] is 0 or 1 ? new PointPrompt(n[0], n[1], n[2] == 1) : throw new InputException($"--point: '{text}' ends in {n[2]}; 1 is on the object, 0 beside it.");
    }

    private static float[] Numbers(string text, string flag, int count, string form)
    {
        string[] parts = text.Split(',');
        return parts.Length == count
            ? [.. parts.Select(p => (float)Words.Number(p, flag))]
            : throw new InputException($"{flag}: '{text}' has {parts.Length} numbers; write {form}.");
    }
}
