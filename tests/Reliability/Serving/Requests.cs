using System.Net;
using System.Net.Http.Json;

namespace Cano.Reliability.Serving;

/// <summary>Requests to a service that comes and goes: each is made until it is answered.</summary>
internal sealed class Requests : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(30);

    /// <summary>What is not answered by then never will be.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };
    private int _unheard;
    private int _refused;

    /// <summary>Where the service is now; null when it is nowhere.</summary>
    public Uri? Address { get; set; }

    /// <summary>How many were cut off, so that nobody knows whether they were heard.</summary>
    public int Unheard => _unheard;

    /// <summary>How many were refused for the moment.</summary>
    public int Refused => _refused;

    public Task<HttpResponseMessage> PostAsync(string path, object? body = null) =>
        AskAsync(address => _client.PostAsync(new Uri(address, path), JsonContent.Create(body)), path);

    public async Task<T> GetAsync<T>(string path)
    {
        using var answer = await AskAsync(address => _client.GetAsync(new Uri(address, path)), path);
        Broken.Unless(
            answer.StatusCode == HttpStatusCode.OK,
            $"GET {path}: {answer.StatusCode}, {await answer.Content.ReadAsStringAsync()}"
        );
        return (await answer.Content.ReadFromJsonAsync<T>())!;
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> AskAsync(Func<Uri, Task<HttpResponseMessage>> ask, string path)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < s_patience)
        {
            if (Address is { } address && await AnswerAsync(() => ask(address)) is { } answer)
                return answer;
            await Task.Delay(s_pause, TimeProvider.System);
        }

        throw new Broken($"{path} was not answered in {s_patience}");
    }

    /// <summary>The answer; null when there was none, or one that says to ask again.</summary>
    private async Task<HttpResponseMessage?> AnswerAsync(Func<Task<HttpResponseMessage>> ask)
    {
        try
        {
            var answer = await ask();
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                return answer;
            Interlocked.Increment(ref _refused);
            answer.Dispose();
            return null;
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or OperationCanceledException)
        {
            Interlocked.Increment(ref _unheard);
            return null;
        }
    }
}
