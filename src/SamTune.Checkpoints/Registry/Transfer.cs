using System.Net;
using System.Net.Http.Headers;
using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints.Registry;

/// <summary>Fetches one file from one address into its part, with the attempts that this takes. RFC 9110, sections 13.1.5 (If-Range) and 14 (ranges).</summary>
internal sealed class Transfer(HttpClient client, DownloadOptions options, Func<string, long?> freeSpace, RegistryEntry entry, IProgress<DownloadProgress>? progress)
{
    private const int BufferBytes = 1 << 18;

    /// <summary>Fetches until the part is complete, or the address is given up.</summary>
    /// <returns>Null when the part is complete; else why this address does not give the file.</returns>
    /// <exception cref="CheckpointException">The disk is full or cannot be written.</exception>
    public async Task<string?> RunAsync(Uri address, PartFile part, CancellationToken cancellationToken)
    {
        long furthest = part.Length;
        TimeSpan pause = options.FirstPause;
        for (int failures = 1; ; failures++)
        {
            TransferResult result = await AttemptAsync(address, part, cancellationToken);
            if (result.Ending == TransferEnding.Complete)
            {
                return null;
            }

            string reason = $"{Shown(address)}: {result.Reason}";
            if (part.Length > furthest)
            {
                // What moves forward may be interrupted as often as it likes.
                (furthest, failures, pause) = (part.Length, 1, options.FirstPause);
            }

            if (result.Ending == TransferEnding.Refused)
            {
                return reason;
            }

            if (failures >= options.Attempts)
            {
                string kept = part.Length > 0 ? $"; the {part.Length} bytes that have arrived are kept: run the command again to go on" : "; check the network and --proxy";
                return $"{reason}; given up after {failures} attempts{kept}";
            }

            pause = pause < options.LongestPause ? pause : options.LongestPause;
            progress?.Report(new DownloadProgress(entry.Name, DownloadPhase.Retrying, part.Length, entry.Bytes, $"{reason}; trying again in {pause.TotalSeconds:0.#} s"));
            await Task.Delay(pause, cancellationToken);
            pause *= 2;
        }
    }

    private async Task<TransferResult> AttemptAsync(Uri address, PartFile part, CancellationToken cancellationToken)
    {
        if (part.Length > entry.Bytes)
        {
            part.Restart(validator: null);
        }
        else if (part.Length == entry.Bytes)
        {
            // An earlier run ended between the last byte and the check.
            return TransferResult.Complete;
        }

        using HttpRequestMessage request = new(HttpMethod.Get, address);
        bool continues = part is { Length: > 0, Validator: not null };
        if (continues)
        {
            request.Headers.Range = new RangeHeaderValue(part.Length, null);
            request.Headers.TryAddWithoutValidation("If-Range", part.Validator);
        }

        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return Begin(response, part, continues, out long? total) ?? await CopyAsync(response, part, total, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            string reason = Printable.Escape(exception.Message.TrimEnd('.'));
            return exception.HttpRequestError is HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError or HttpRequestError.UserAuthenticationError
                ? TransferResult.Refused(reason)
                : TransferResult.Interrupted(reason);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TransferResult.Interrupted("no answer in time");
        }
    }

    /// <summary>Reads the head of an answer and makes the part ready for its body. Nothing is written before size and space are known to fit.</summary>
    private TransferResult? Begin(HttpResponseMessage response, PartFile part, bool continues, out long? total)
    {
        total = null;
        string status = $"the server answered {(int)response.StatusCode} {Printable.Escape(response.ReasonPhrase ?? "")}".TrimEnd();
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                // The server knows no ranges, or the file is another by now: the whole of it comes.
                part.Restart(Validator(response));
                total = response.Content.Headers.ContentLength;
                break;
            case HttpStatusCode.PartialContent when continues && response.Content.Headers.ContentRange is { } range && range.From == part.Length:
                if (response.Headers.ETag is { IsWeak: false } tag && part.Validator!.StartsWith('"') && tag.Tag != part.Validator)
                {
                    part.Restart(validator: null);
                    return TransferResult.Interrupted("the file has changed since the download began");
                }

                total = range.Length;
                break;
            case HttpStatusCode.PartialContent:
                return TransferResult.Refused($"{status} with another range than the one asked for");
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                part.Restart(validator: null);
                return TransferResult.Interrupted($"{status}: the file is shorter than what has arrived");
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                return TransferResult.Interrupted(status);
            default:
                return TransferResult.Refused($"{status}; check the address, --mirror and --proxy");
        }

        if (total is { } size && (size > options.LargestFile || size != (entry.Bytes ?? size)))
        {
            part.Restart(validator: null);
            string needed = entry.Bytes is { } bytes ? $"{bytes}" : $"at most {options.LargestFile}";
            return TransferResult.Refused($"the server offers {size} bytes, needed are {needed}");
        }

        RequireSpace(part, total ?? entry.Bytes);
        return null;
    }

    private async Task<TransferResult> CopyAsync(HttpResponseMessage response, PartFile part, long? announced, CancellationToken cancellationToken)
    {
        long? total = announced ?? entry.Bytes;
        byte[] buffer = new byte[BufferBytes];
        using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                silence.CancelAfter(options.SilenceLimit);
                int read = await body.ReadAsync(buffer, silence.Token);
                if (read == 0)
                {
                    return part.Length < total ? TransferResult.Interrupted($"the connection ended after {part.Length} of {total} bytes") : TransferResult.Complete;
                }

                if (part.Length + read > (total ?? options.LargestFile))
                {
                    part.Restart(validator: null);
                    return TransferResult.Refused($"the server sends more than the {total ?? options.LargestFile} bytes that are needed");
                }

                part.Append(buffer.AsMemory(0, read));
                progress?.Report(new DownloadProgress(entry.Name, DownloadPhase.Downloading, part.Length, total));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TransferResult.Interrupted($"nothing arrived for {options.SilenceLimit.TotalSeconds:0.#} s");
        }
        catch (IOException exception)
        {
            // The network's: those of the disk are CheckpointException by now.
            string of = total == null ? "" : $" of {total}";
            return TransferResult.Interrupted($"the connection broke after {part.Length}{of} bytes ({Printable.Escape(exception.Message.TrimEnd('.'))})");
        }
    }

    private void RequireSpace(PartFile part, long? total)
    {
        string folder = Path.GetDirectoryName(part.FullPath)!;
        long needed = (total ?? 0) - part.Length;
        if (freeSpace(folder) is { } free && needed > free)
        {
            throw new CheckpointException(
                $"{entry.Name}: the disk has {free} bytes free at {Printable.Escape(folder)}, needed are {needed}; free space, or choose another folder with --cache.");
        }
    }

    /// <summary>A weak ETag promises no equal bytes and must not stand in If-Range.</summary>
    private static string? Validator(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : response.Content.Headers.LastModified?.ToString("r");

    /// <summary>Without a password that an address may carry.</summary>
    private static string Shown(Uri address) => Printable.Escape(address.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped));
}
