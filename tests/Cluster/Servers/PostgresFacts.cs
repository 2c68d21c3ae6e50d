namespace Cano.Cluster.Servers;

/// <summary>A test that needs PostgreSQL; skipped, with this reason, where there is none.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (PostgresPrograms.Folder is null)
            Skip = PostgresPrograms.Missing;
    }
}

/// <summary>Cases of a test that needs PostgreSQL.</summary>
internal sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute()
    {
        if (PostgresPrograms.Folder is null)
            Skip = PostgresPrograms.Missing;
    }
}
