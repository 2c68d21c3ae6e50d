namespace Cano.Postgres.Hints;

internal static class HintStatements
{
    /// <summary>Who has a run that has not ended; no row where it has, or is not there.</summary>
    public const string Owner = "select owner from cano.run where run_id = $1 and ended = 0 and next_seq > 0";
}
