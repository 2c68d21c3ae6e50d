using Cano.Kernel;
using Cano.Runtime.Data;

namespace Cano.Reliability.Families;

/// <summary>A row of a run, and when it was tried, by a count of all that was asked of the store.</summary>
/// <param name="Stored">As the store has it.</param>
/// <param name="Told">What it says.</param>
/// <param name="At">When it was on its way.</param>
internal sealed record KinRow(CheckpointRow Stored, Row Told, int At)
{
    /// <summary>When it was durable; null: nobody knows whether it is.</summary>
    public int? DurableAt { get; set; }

    public Fact Fact => Told.Fact;

    public bool IsEnd => Stored.Kind is RowKind.Finished or RowKind.Failed or RowKind.RollbackFinished;

    public static KinRow Of(string id, CheckpointRow row, int at) =>
        new(row, EncodedRows.Told(id, [row], ValueCodec.Plain)[0], at);

    /// <summary>What it came to, of one that ended.</summary>
    public CanoError? Error =>
        Fact switch
        {
            Fact.Failed failed => failed.error,
            Fact.RollbackFinished finished => finished.outcome,
            _ => null,
        };

    public override string ToString() =>
        $"{At}{(DurableAt is null ? "?" : "")} {Stored.Kind} '{Stored.State}' v{Stored.Visit} {Stored.Status}{Detail}";

    private string Detail =>
        Fact switch
        {
            Fact.ChildStarted started => $" {started.Item.RunId}",
            Fact.ChildEnded ended => $" {ended.Item.RunId} {ended.Item.Status} row {ended.Item.Sequence}",
            Fact.Failed failed => $" {failed.error}",
            Fact.RollbackFinished finished => $" {finished.outcome}",
            _ => "",
        };
}
