using SamTune.Evaluation.Reports;
using SamTune.Imaging;
using SamTune.Testing;

namespace SamTune.Evaluation.Tests.Reports;

public sealed class ScoreCsvTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Scores_read_back_equal_to_the_last_bit()
    {
        string path = _folder.At("scores.csv");
        ScoreCsv.Write(path, Scores.Many);
        Assert.Equal(Scores.Many, ScoreCsv.Read(path));
    }

    [Fact]
    public void The_text_is_as_documented()
    {
        string path = _folder.At("scores.csv");
        ScoreCsv.Write(path, [Scores.One(0.25, hd95: double.PositiveInfinity, predictedArea: 0)]);
        Assert.Equal(
            "sample,group,object,class_id,class,prompt,dice,iou,surface_dice,hd95_mm,predicted_iou,truth_area_px,predicted_area_px,clicks,"
            + "box_looseness\n"
            + "patient 1/z0001,patient 1,0,1,caudate,box,0.25,0.14285714285714285,0.25,Infinity,,100,0,0,\n",
            File.ReadAllText(path));
        Assert.Equal((byte)'s', File.ReadAllBytes(path)[0]);
    }

    [Fact]
    public void No_scores_give_a_header_and_read_back_as_none()
    {
        string path = _folder.At("scores.csv");
        ScoreCsv.Write(path, []);
        Assert.Single(File.ReadAllLines(path));
        Assert.Empty(ScoreCsv.Read(path));
    }

    [Theory]
    [InlineData(",0.25,", ",high,", "line 2, column 'dice': found 'high'")]
    [InlineData(",0.25,", ",1.25,", "line 2, column 'dice': found 1.25")]
    [InlineData(",0.25,", ",NaN,", "line 2, column 'dice': found NaN")]
    [InlineData(",Infinity,", ",-1,", "line 2, column 'hd95_mm': found -1")]
    [InlineData(",100,", ",99999999999,", "line 2, column 'truth_area_px': found '99999999999', needed a whole number")]
    [InlineData("surface_dice", "surface", "line 1 has no column 'surface_dice'")]
    public void A_wrong_field_is_refused_by_line_and_column(string good, string bad, string expected)
    {
        string path = _folder.At("scores.csv");
        ScoreCsv.Write(path, [Scores.One(0.25, hd95: double.PositiveInfinity)]);
        string text = File.ReadAllText(path);
        int place = text.IndexOf(good, StringComparison.Ordinal);
        File.WriteAllText(path, text[..place] + bad + text[(place + good.Length)..]);
        InputException error = Assert.Throws<InputException>(() => ScoreCsv.Read(path));
        Assert.Contains($"{path}: {expected}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_file_cut_off_at_any_byte_is_refused_by_name_or_holds_fewer_rows()
    {
        string whole = _folder.At("whole.csv"), cut = _folder.At("cut.csv");
        ScoreCsv.Write(whole, Scores.Many);
        byte[] bytes = File.ReadAllBytes(whole);
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(cut, bytes[..length]);
            try
            {
                Assert.True(ScoreCsv.Read(cut).Count < Scores.Many.Length);
            }
            catch (InputException error)
            {
                Assert.StartsWith(cut, error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
            }
        }
    }

    [Fact]
    public void A_missing_file_and_an_unwritable_folder_are_one_line_that_names_them()
    {
        string absent = _folder.At("absent.csv"), nowhere = _folder.At("nowhere", "scores.csv");
        File.WriteAllText(_folder.At("nowhere"), "a file where a folder is needed");
        Assert.StartsWith(absent, Assert.Throws<InputException>(() => ScoreCsv.Read(absent)).Message, StringComparison.Ordinal);
        InputException error = Assert.Throws<InputException>(() => ScoreCsv.Write(nowhere, Scores.Many));
        Assert.StartsWith(nowhere, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_write_that_fails_midway_leaves_the_old_file_and_nothing_else()
    {
        string path = _folder.At("scores.csv");
        ScoreCsv.Write(path, [Scores.One()]);
        string before = File.ReadAllText(path);
        Assert.Throws<InvalidOperationException>(() => ScoreCsv.Write(path, FailAfter(1000)));
        Assert.Equal(before, File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.FullPath));
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<ObjectScore> FailAfter(int rows)
    {
        for (int i = 0; i < rows; i++)
        {
            yield return Scores.One();
        }

        throw new InvalidOperationException("the evaluation broke off");
    }
}
