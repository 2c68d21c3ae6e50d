using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cano.Examples.Orders;

/// <summary>What is told of the service's health: how it is, why, and in numbers.</summary>
public static class HealthAnswer
{
    public static Task WriteAsync(HttpContext http, HealthReport report) =>
        http.Response.WriteAsJsonAsync(
            new
            {
                Status = $"{report.Status}",
                Why = report
                    .Entries.Values.Select(entry => entry.Description)
                    .Where(text => text is not null),
                Numbers = report.Entries.Values.SelectMany(entry => entry.Data).ToDictionary(),
            }
        );
}
