using SamTune.Checkpoints;
using SamTune.Cli.Hosting;
using SamTune.Imaging;

namespace SamTune.Cli.Tests;

public sealed class ErrorHandlingTests
{
    public static TheoryData<Exception, int> Endings => new()
    {
        { new InputException("a.png: too small."), ExitCode.BadInput },
        { new CheckpointException("a.pth: truncated."), ExitCode.BadInput },
        { new ArgumentException("Rank is 0; it must be at least 1."), ExitCode.BadInput },
        { new UnauthorizedAccessException("Access to '/x' is denied."), ExitCode.BadInput },
        { new InvalidOperationException("broken"), ExitCode.Unexpected },
        { new ArgumentOutOfRangeException("index"), ExitCode.Unexpected },
    };

    [Theory]
    [MemberData(nameof(Endings), DisableDiscoveryEnumeration = true)]
    public async Task An_exception_ends_in_its_exit_code(Exception exception, int expected)
    {
        (int code, string error) = await Run(_ => throw exception);
        Assert.Equal(expected, code);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_error_is_one_line_even_when_its_message_is_not()
    {
        (_, string error) = await Run(_ => throw new InputException("a\nb.png: too small.\r\nTry another."));
        Assert.Equal("error: a b.png: too small. Try another.", error.TrimEnd());
    }

    [Fact]
    public async Task An_unexpected_error_says_how_to_report_it()
    {
        (_, string error) = await Run(_ => throw new InvalidOperationException("broken"));
        Assert.Contains("InvalidOperationException: broken", error, StringComparison.Ordinal);
        Assert.Contains("SAMTUNE_DEBUG=1", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_command_ends_with_130()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        using var error = new StringWriter();
        int code = await ErrorHandling.RunAsync(
            token =>
            {
                token.ThrowIfCancellationRequested();
                return Task.FromResult(0);
            },
            error,
            source.Token);
        Assert.Equal(130, code);
    }

    private static async Task<(int Code, string Error)> Run(Func<CancellationToken, Task<int>> command)
    {
        using var error = new StringWriter();
        int code = await ErrorHandling.RunAsync(command, error, TestContext.Current.CancellationToken);
        return (code, error.ToString());
    }
}
