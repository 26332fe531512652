using System.Globalization;
using System.Text;
using System.Xml;

namespace SamTune.Imaging.GeoTiff;

/// <summary>Names of bands in the XML that GDAL keeps in a tag: items with the role "description" and the number of a sample.</summary>
internal static class GdalMetadata
{
    private const int MaximumCharacters = 1 << 24;

    /// <summary>Reads the names; null for bands without one.</summary>
    /// <exception cref="InputException">The text is no XML.</exception>
    public static string?[] ReadBandNames(string path, string? xml, int bands)
    {
        var names = new string?[bands];
        if (string.IsNullOrWhiteSpace(xml))
            return names;
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaximumCharacters };
        try
        {
            using var reader = XmlReader.Create(new StringReader(xml), settings);
            while (!reader.EOF)
            {
                bool isName = reader.NodeType == XmlNodeType.Element && reader.LocalName == "Item" && reader.GetAttribute("role") == "description";
                // Reading the content goes on to the next node already.
                if (isName && int.TryParse(reader.GetAttribute("sample"), NumberStyles.None, CultureInfo.InvariantCulture, out int band) && band < bands)
                    names[band] = reader.ReadElementContentAsString() is { Length: > 0 } name ? name : null;
                else
                    reader.Read();
            }
        }
        catch (XmlException exception)
        {
            throw new InputException($"{path}: the GDAL metadata are no XML ({InputFile.OneLine(exception)}); remove them, for example with gdal_edit.py -unsetmd.", exception);
        }

        return names;
    }

    /// <summary>The XML of band names; null when no band has one.</summary>
    public static string? Write(IReadOnlyList<string?> names)
    {
        if (names.All(string.IsNullOrEmpty))
            return null;
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true }))
        {
            writer.WriteStartElement("GDALMetadata");
            foreach ((int band, string? name) in names.Index())
            {
                if (string.IsNullOrEmpty(name))
                    continue;
                writer.WriteStartElement("Item");
                writer.WriteAttributeString("name", "DESCRIPTION");
                writer.WriteAttributeString("sample", band.ToString(CultureInfo.InvariantCulture));
                writer.WriteAttributeString("role", "description");
                writer.WriteString(name);
                writer.WriteEndElement();
            }

            writer.WriteEndElement();
        }

        return text.ToString();
    }
}
