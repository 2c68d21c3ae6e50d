namespace Cano.Reliability.Golden;

/// <summary>Which kinds of frames golden journals of version 2 have.</summary>
internal sealed class FrameCensus
{
    private const int Newest = 13;

    private readonly HashSet<int> _met = [];

    /// <summary>Those that no journal has.</summary>
    public IEnumerable<int> Missing => Enumerable.Range(1, Newest).Except(_met);

    /// <summary>All segments of a journal.</summary>
    public async Task ReadAsync(string journal)
    {
        foreach (var path in Directory.GetFiles(journal, "journal.log.*"))
            Read(await File.ReadAllBytesAsync(path));
    }

    private void Read(ReadOnlySpan<byte> segment)
    {
        // Magic, then the version of frames that know the journal's id, then the kind.
        var head = "CANO\u0002"u8;
        for (int at; (at = segment.IndexOf(head)) >= 0; segment = segment[(at + head.Length)..])
            _met.Add(segment[at + head.Length]);
    }
}
