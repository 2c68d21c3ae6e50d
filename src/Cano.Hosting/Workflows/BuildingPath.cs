using Cano.Runtime.Errors;

namespace Cano.Hosting.Workflows;

/// <summary>Which workflows are being built on this thread: each was asked for by what builds the one
/// before.</summary>
internal static class BuildingPath
{
    [ThreadStatic]
    private static List<HostedWorkflow>? s_path;

    /// <exception cref="CanoException">`configuration`: it is being built already.</exception>
    public static T Within<T>(HostedWorkflow workflow, Func<T> build)
    {
        var path = s_path ??= [];
        var before = path.IndexOf(workflow);
        if (before >= 0)
            throw InvalidConfiguration.Of(
                $"Workflows ask for each other while they are built, {Told([.. path[before..], workflow])}: take one of them out of the circle, or have its body start the run on the engine"
            );
        path.Add(workflow);
        try
        {
            return build();
        }
        finally
        {
            path.RemoveAt(path.Count - 1);
        }
    }

    private static string Told(IEnumerable<HostedWorkflow> circle) =>
        string.Join(" → ", circle.Select(workflow => $"'{workflow.Label}'"));
}
