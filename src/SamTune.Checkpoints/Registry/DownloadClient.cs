using System.Net;
using System.Net.Http.Headers;

namespace SamTune.Checkpoints.Registry;

/// <summary>Makes clients that are fit for large downloads.</summary>
public static class DownloadClient
{
    /// <summary>Makes a client. It follows redirects, though never from https to http.</summary>
    /// <param name="proxy">
    /// Address of a proxy (http, https, socks4, socks4a or socks5), with <c>user:password@</c> if it wants one; null for the system's: HTTPS_PROXY,
    /// HTTP_PROXY, ALL_PROXY and NO_PROXY where they are set.
    /// </param>
    /// <returns>The client; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The address is no proxy's.</exception>
    public static HttpClient Create(Uri? proxy)
    {
        SocketsHttpHandler handler = new() { ConnectTimeout = TimeSpan.FromSeconds(30), MaxAutomaticRedirections = 10 };
        if (proxy != null)
        {
            if (!proxy.IsAbsoluteUri || proxy.Scheme is not ("http" or "https" or "socks4" or "socks4a" or "socks5"))
            {
                handler.Dispose();
                throw new ArgumentException("the proxy's address must begin with http://, https:// or socks5://.");
            }

            handler.Proxy = new WebProxy(proxy) { Credentials = Credentials(proxy) };
        }

        HttpClient client = new(handler) { Timeout = TimeSpan.FromSeconds(60) };
        string version = typeof(DownloadClient).Assembly.GetName().Version?.ToString(3) ?? "0";
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("samtune", version));
        return client;
    }

    private static NetworkCredential? Credentials(Uri proxy)
    {
        string[] parts = proxy.UserInfo.Split(':', 2);
        return proxy.UserInfo.Length == 0 ? null : new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "");
    }
}
