namespace Cano.Examples.Shop;

/// <summary>Somebody else's system: it takes its time, does a thing once for a key, and has it in its
/// book.</summary>
/// <param name="name">Who it is.</param>
/// <param name="undoing">What taking back is called there.</param>
/// <param name="office">Its book, its pace, and who hears of what it does.</param>
public abstract class Partner(string name, string undoing, PartnerOffice office)
{
    private readonly Lock _gate = new();

    public string Name => name;

    private IReadOnlyList<Entry> Entries => office.Book.Entries;

    /// <summary>Its book. What was done has its key; no key is there twice.</summary>
    public IEnumerable<string> Lines() =>
        Entries.Select(entry => entry.Undoes.Length == 0 ? $"{Line(entry)}  {entry.Key}" : Line(entry));

    /// <summary>Takes back whatever still stands for an order.</summary>
    public async Task TakeBackAsync(string orderId, string key, CancellationToken cancellationToken)
    {
        var standing = office.Book.Standing.Where(entry => entry.OrderId == orderId).ToList();
        if (standing.Count == 0)
            return;
        await office.TravelAsync(cancellationToken);
        foreach (var done in standing)
            Write(done with { Key = $"{key}/{done.Key}", Kind = undoing, Undoes = done.Key });
        await office.TravelAsync(cancellationToken);
    }

    /// <summary>How a line is told.</summary>
    protected abstract string Tell(Entry entry);

    /// <summary>Of a card, a ware …: what stands by now.</summary>
    protected decimal TakenOf(string what) =>
        office.Book.Standing.Where(entry => entry.What == what).Sum(entry => entry.Amount);

    /// <summary>Does all of it, or refuses all of it. What was done already is not asked about
    /// again.</summary>
    protected async Task DoAsync(
        IReadOnlyList<Entry> entries,
        Action<Entry> check,
        CancellationToken cancellationToken
    )
    {
        await office.TravelAsync(cancellationToken);
        lock (_gate)
        {
            var missing = entries.ExceptBy(Entries.Select(done => done.Key), entry => entry.Key).ToList();
            missing.ForEach(check);
            missing.ForEach(Write);
        }

        // Done it is, whether or not the answer arrives.
        await office.TravelAsync(cancellationToken);
    }

    private void Write(Entry entry)
    {
        if (office.Book.Write(entry))
            office.Tell(Line(entry));
    }

    private string Line(Entry entry) => $"{entry.OrderId}: {name}: {Tell(entry)}";
}

/// <summary>What a partner works with.</summary>
/// <param name="Book">What it did.</param>
/// <param name="Lag">How long a request is on its way, and again its answer.</param>
/// <param name="Tell">Says what was written, when it was.</param>
public sealed record PartnerOffice(Book Book, TimeSpan Lag, Action<string> Tell)
{
    public Task TravelAsync(CancellationToken cancellationToken) =>
        Task.Delay(Lag, TimeProvider.System, cancellationToken);
}
