using System.Net;
using System.Net.Http.Json;
using System.Threading.Channels;

namespace Cano.Reliability.Serving;

/// <summary>Those who order, sixteen at a time, and cancel some of what they ordered.</summary>
internal sealed class Customers(Requests requests, IReadOnlyList<Purchase> purchases)
{
    private const int AtOnce = 16;

    private readonly Channel<Purchase> _wanted = Channel.CreateUnbounded<Purchase>();
    private int _released;
    private int _settled;

    /// <summary>How many orders were let out.</summary>
    public int Released => _released;

    /// <summary>How many of them have been accepted, and cancelled where they are.</summary>
    public int Settled => Volatile.Read(ref _settled);

    /// <summary>Orders until all that there are have been accepted.</summary>
    public Task OrderAsync() => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(WorkAsync)));

    /// <summary>Lets orders out, up to so many of all.</summary>
    public void Release(int upTo)
    {
        for (; _released < Math.Min(upTo, purchases.Count); _released++)
            _wanted.Writer.TryWrite(purchases[_released]);
        if (_released == purchases.Count)
            _wanted.Writer.TryComplete();
    }

    private async Task WorkAsync()
    {
        await foreach (var purchase in _wanted.Reader.ReadAllAsync())
        {
            for (var times = purchase.IsPostedTwice ? 2 : 1; times > 0; times--)
                await AcceptedAsync("orders", purchase.Body);
            if (purchase.CancelsAfter is { } after)
            {
                await Task.Delay(after, TimeProvider.System);
                var told = await AcceptedAsync($"orders/{purchase.Id}/cancel", null);
                purchase.WhenCancelled = told!.Status;
            }

            Interlocked.Increment(ref _settled);
        }
    }

    private async Task<OrderView?> AcceptedAsync(string path, object? body)
    {
        using var answer = await requests.PostAsync(path, body);
        Broken.Unless(
            answer.StatusCode == HttpStatusCode.Accepted,
            $"POST {path}: {answer.StatusCode}, {await answer.Content.ReadAsStringAsync()}"
        );
        return body is null ? await answer.Content.ReadFromJsonAsync<OrderView>() : null;
    }
}
