using SamTune.Imaging;

namespace SamTune.Evaluation.Metrics;

/// <summary>
/// The outline of a mask as elements with a place and a length. An element sits on a pixel corner, where four pixels meet that are not all
/// alike; its length is that of the contour which marching squares draws through those four. What lies outside the picture is background.
/// Definition: Nikolov et al. 2018, "Deep learning to achieve clinically applicable segmentation of head and neck anatomy for
/// radiotherapy", arXiv:1809.04430, supplement; the same as DeepMind's surface-distance in two dimensions.
/// </summary>
internal sealed class Boundary
{
    private const int AllSet = 0b1111;

    // Which of the four pixels around each corner are set, (Rows, Columns), bits: upper left 8, upper right 4, lower left 2, lower right 1.
    private readonly byte[] _codes;
    private readonly double[] _lengthByCode;

    /// <summary>Finds the outline inside a window of the mask that holds the whole object.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="window">Pixels to look at, corners inclusive; nothing is set outside.</param>
    /// <param name="spacing">Millimetres a pixel.</param>
    public Boundary(BinaryMask mask, BoundingBox window, PixelSpacing spacing)
    {
        int x0 = (int)window.X0, y0 = (int)window.Y0, width = (int)window.X1 - x0 + 1, height = (int)window.Y1 - y0 + 1;
        Rows = height + 1;
        Columns = width + 1;
        _codes = new byte[checked(Rows * Columns)];
        _lengthByCode = LengthByCode(spacing);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                if (mask[y0 + y, x0 + x])
                {
                    // The pixel is the lower right one of the corner above and left of it, and so on.
                    int corner = y * Columns + x;
                    _codes[corner] |= 1;
                    _codes[corner + 1] |= 2;
                    _codes[corner + Columns] |= 4;
                    _codes[corner + Columns + 1] |= 8;
                }
            }
        }
    }

    /// <summary>Corner rows: the window's height plus one.</summary>
    public int Rows { get; }

    /// <summary>Corner columns: the window's width plus one.</summary>
    public int Columns { get; }

    /// <summary>Whether an element sits on this corner.</summary>
    public bool Has(int row, int column) => _codes[row * Columns + column] is not (0 or AllSet);

    /// <summary>Length of the element on this corner in millimetres; 0 where there is none.</summary>
    public double Length(int row, int column) => _lengthByCode[_codes[row * Columns + column]];

    private static double[] LengthByCode(PixelSpacing spacing)
    {
        // The contour joins the middles of the sides between corner cells: one pixel cut off is half a diagonal.
        double diagonal = Math.Sqrt(spacing.X * spacing.X + spacing.Y * spacing.Y);
        var lengths = new double[AllSet + 1];
        for (int code = 1; code < AllSet; code++)
        {
            lengths[code] = code switch
            {
                0b1100 or 0b0011 => spacing.X,
                0b1010 or 0b0101 => spacing.Y,
                0b1001 or 0b0110 => diagonal,
                _ => diagonal / 2,
            };
        }

        return lengths;
    }
}
