using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cano.Integration.Examples;

/// <summary>Takes what is sent by OTLP over HTTP. Texts lie in it as they are.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, string Text)> _taken = new();

    private Collector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapPost("/v1/{signal}", TakeAsync);
    }

    public string Address => _app.Urls.Single();

    /// <summary>All that was sent to a path, one behind another.</summary>
    public string Told(string path) =>
        string.Concat(_taken.Where(taken => taken.Path == path).Select(taken => taken.Text));

    public static async Task<Collector> OpenAsync()
    {
        var collector = new Collector();
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        _taken.Enqueue((http.Request.Path, await reader.ReadToEndAsync()));
        http.Response.ContentType = "application/x-protobuf";
    }
}
