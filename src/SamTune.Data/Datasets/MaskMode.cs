namespace SamTune.Data.Datasets;

/// <summary>What the numbers in mask files mean.</summary>
public enum MaskMode
{
    /// <summary>
    /// Found out from up to 32 of the masks, spread over the data set: one value besides 0 is <see cref="Binary"/>, several in 8 bits are
    /// <see cref="Indexed"/>, several in 16 bits or more are <see cref="Instances"/>. Polygons are <see cref="Instances"/>.
    /// </summary>
    Auto,

    /// <summary>0 is background, everything else (one value, or all polygons) the object.</summary>
    Binary,

    /// <summary>Each value is a class; of polygons, all with one class are an object.</summary>
    Indexed,

    /// <summary>Each value is one object; all are of one class. Each polygon is one object, of the class that it names.</summary>
    Instances,
}
