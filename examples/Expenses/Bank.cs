namespace Cano.Examples.Expenses;

/// <summary>Moves money: it takes its time, does a thing once for a key, and has it in the book.</summary>
/// <param name="book">What was done.</param>
/// <param name="pace">How long a request is on its way, and again its answer.</param>
public sealed class Bank(Book book, TimeSpan pace)
{
    public Task ReserveAsync(string id, decimal amount, string key, CancellationToken cancellationToken) =>
        DoAsync(new Entry(key, "reserved", id, amount), cancellationToken);

    public Task PayAsync(string id, decimal amount, string key, CancellationToken cancellationToken) =>
        DoAsync(new Entry(key, "paid", id, amount), cancellationToken);

    /// <summary>Takes back whatever was done for an expense, the newest first.</summary>
    /// <returns>Whether there was anything.</returns>
    public async Task<bool> SettleAsync(
        string id,
        decimal amount,
        string key,
        CancellationToken cancellationToken
    )
    {
        if (book.Has("paid", id))
            await DoAsync(new Entry($"{key}/paid", "called back", id, amount), cancellationToken);
        // What is paid was reserved before.
        if (!book.Has("reserved", id))
            return false;
        await DoAsync(new Entry($"{key}/reserved", "given back", id, amount), cancellationToken);
        return true;
    }

    private async Task DoAsync(Entry entry, CancellationToken cancellationToken)
    {
        await Task.Delay(pace, TimeProvider.System, cancellationToken);
        book.Write(entry);
        // Done it is, whether or not the answer arrives.
        await Task.Delay(pace, TimeProvider.System, cancellationToken);
    }
}
