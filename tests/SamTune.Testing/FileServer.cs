using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SamTune.Testing;

/// <summary>An HTTP/1.1 server of this process on a free port of the loopback device, whose answers are scripted and may end in the middle of a body.</summary>
public sealed class FileServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<ServedRequest, ServedAnswer> answer;
    private readonly ConcurrentQueue<ServedRequest> requests = new();
    private readonly Task loop;

    /// <summary>Starts the server.</summary>
    /// <param name="answer">Answers a request; <see cref="ServedRequest.Index"/> counts them from 0.</param>
    public FileServer(Func<ServedRequest, ServedAnswer> answer)
    {
        this.answer = answer;
        listener.Start();
        loop = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    /// <summary>What was asked so far.</summary>
    public IReadOnlyList<ServedRequest> Requests => [.. requests];

    /// <summary>A server of one file that knows ranges.</summary>
    public static FileServer Of(byte[] content, string tag = "\"v1\"") => new(request => ServedAnswer.File(request, content, tag));

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();
        listener.Stop();
        loop.Wait(TimeSpan.FromSeconds(5));
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> open = [];
        try
        {
            while (true)
            {
                open.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient connection = client;
        try
        {
            NetworkStream stream = connection.GetStream();
            if (await ReadAsync(stream) is not { } request)
            {
                return;
            }

            ServedAnswer given = answer(request);
            StringBuilder head = new($"HTTP/1.1 {given.Status} Answer\r\nConnection: close\r\n");
            foreach ((string name, string value) in given.Headers)
            {
                head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
            }

            int sent = request.BytesSent = given.CutAfter ?? given.Body.Length;
            if ((given.DeclaredLength ?? given.Body.Length) is >= 0 and long length)
            {
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n");
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), stop.Token);
            await stream.WriteAsync(given.Body.AsMemory(0, sent), stop.Token);
            if (given.Silent)
            {
                await Task.Delay(Timeout.Infinite, stop.Token);
            }

            // Half-closing lets what was sent arrive, where closing at once might drop it.
            connection.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // The client went away, which is what some tests are about.
        }
    }

    private async Task<ServedRequest?> ReadAsync(NetworkStream stream)
    {
        StringBuilder text = new();
        byte[] one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, stop.Token) == 0)
            {
                return null;
            }

            text.Append((char)one[0]);
        }

        string[] lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string> headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(p => p[0], p => p[1].Trim(), StringComparer.OrdinalIgnoreCase);
        lock (requests)
        {
            ServedRequest request = new(requests.Count, lines[0].Split(' ')[1], headers);
            requests.Enqueue(request);
            return request;
        }
    }
}
