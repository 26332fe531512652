using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Copies an ELF-64 library and marks its GLIBCXX_3.4.32 requirement as weak; see NativeLibraries.targets for why.</summary>
/// <remarks>Structures: Linux Standard Base, "Symbol Versioning" (Elfxx_Verneed, Elfxx_Vernaux); System V ABI, section headers.</remarks>
public sealed class WeakenGlibcxxRequirement : Task
{
    private const uint SectionVersionRequirements = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort WeakFlag = 0x2; // VER_FLG_WEAK
    private const string Requirement = "GLIBCXX_3.4.32";

    [Required] public string Source { get; set; }

    [Required] public string Destination { get; set; }

    public override bool Execute()
    {
        byte[] file = File.ReadAllBytes(Source);
        if (file.Length < 64 || file[0] != 0x7f || file[1] != 'E' || file[2] != 'L' || file[3] != 'F' || file[4] != 2)
        {
            Log.LogError("{0}: not an ELF-64 library.", Source);
            return false;
        }

        int marked = MarkWeak(file);
        Log.LogMessage(MessageImportance.Low, "{0}: {1} requirement(s) for {2} marked weak.", Source, marked, Requirement);
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        string temporary = Destination + ".tmp";
        File.WriteAllBytes(temporary, file);
        if (File.Exists(Destination))
        {
            File.Delete(Destination);
        }

        File.Move(temporary, Destination);
        return true;
    }

    private static int MarkWeak(byte[] file)
    {
        long sections = BitConverter.ToInt64(file, 0x28);
        int sectionSize = BitConverter.ToUInt16(file, 0x3a);
        int sectionCount = BitConverter.ToUInt16(file, 0x3c);
        int marked = 0;
        for (int i = 0; i < sectionCount; i++)
        {
            int header = (int)sections + i * sectionSize;
            if (BitConverter.ToUInt32(file, header + 4) != SectionVersionRequirements)
            {
                continue;
            }

            int names = (int)sections + (int)BitConverter.ToUInt32(file, header + 0x28) * sectionSize;
            int strings = (int)BitConverter.ToInt64(file, names + 0x18);
            int need = (int)BitConverter.ToInt64(file, header + 0x18);
            for (int next = -1; next != 0; need += next)
            {
                int auxiliaries = BitConverter.ToUInt16(file, need + 2);
                int auxiliary = need + (int)BitConverter.ToUInt32(file, need + 8);
                for (int a = 0; a < auxiliaries; a++)
                {
                    if (NameAt(file, strings + (int)BitConverter.ToUInt32(file, auxiliary + 8)) == Requirement)
                    {
                        ushort flags = (ushort)(BitConverter.ToUInt16(file, auxiliary + 4) | WeakFlag);
                        BitConverter.GetBytes(flags).CopyTo(file, auxiliary + 4);
                        marked++;
                    }

                    auxiliary += (int)BitConverter.ToUInt32(file, auxiliary + 12);
                }

                next = (int)BitConverter.ToUInt32(file, need + 12);
            }
        }

        return marked;
    }

    private static string NameAt(byte[] file, int offset)
    {
        int end = Array.IndexOf(file, (byte)0, offset);
        return Encoding.ASCII.GetString(file, offset, end - offset);
    }
}
