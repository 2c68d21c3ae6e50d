namespace Cano.Faster.Frames;

/// <summary>Words of the journal's refusals.</summary>
internal static class JournalError
{
    public static CanoException Of(string text, Exception? inner = null) =>
        new(CanoError.Of(Fault.NewCheckpointStore(text)), inner);

    public static CanoException Closed() => Of("the journal is closed: open it again");

    /// <summary>An entry of an inbox cannot be read.</summary>
    public static CanoException UnreadEntry(
        string id,
        long number,
        string problem,
        Exception? inner = null
    ) => Of($"decode inbox run_id={id} number={number}: {problem}", inner);

    public static CanoException Undecodable(
        string id,
        long sequence,
        string problem,
        Exception? inner = null
    ) => new(Cano.Kernel.Recovery.Damaged(id, sequence, problem), inner);
}
