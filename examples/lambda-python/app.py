import statistics


def handler(event, context):
    values = event["values"]
    return {"mean": statistics.fmean(values), "median": statistics.median(values)}
