namespace Cano.Reliability.Starts;

/// <summary>What may follow what in the rows of a run, whatever befell it.</summary>
internal static class RowLaws
{
    public static void Check(string id, IReadOnlyList<CheckpointRow> rows)
    {
        var told = $"{id}: {string.Join(", ", rows.Select(row => row.Kind))}";
        var isCancelled = false;
        for (var i = 0; i < rows.Count; i++)
        {
            var (row, before) = (rows[i], i > 0 ? rows[i - 1] : null);
            Broken.Unless(row.Sequence == i, $"row {i} is {row.Sequence}: {told}");
            if (before is not null && IsEnd(before))
                Broken.Unless(IsRetry(before, row), $"row {i} follows an end: {told}");
            Broken.Unless(
                !isCancelled || row.Kind is not (RowKind.StateEntered or RowKind.Finished or RowKind.Failed),
                $"row {i} goes forward after a request to stop: {told}"
            );
            isCancelled |= row.Kind == RowKind.CancelRequested;
        }

        Broken.Unless(rows.Count(row => row.Kind == RowKind.StepCompleted) <= 1, $"paid twice: {told}");
    }

    public static bool IsEnd(CheckpointRow row) =>
        row.Kind is RowKind.Finished or RowKind.Failed or RowKind.RollbackFinished;

    private static bool IsRetry(CheckpointRow end, CheckpointRow row) =>
        end.Kind == RowKind.Failed
            ? row.Kind == RowKind.StateEntered && row.Visit == end.Visit
            : end.Kind == RowKind.RollbackFinished && row.Kind == RowKind.RollbackStarted;
}
