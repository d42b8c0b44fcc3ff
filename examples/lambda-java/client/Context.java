package com.amazonaws.services.lambda.runtime;

/** What a function may ask of its invocation: the part of the platform's interface that this client answers. */
public interface Context {
  String getAwsRequestId();

  int getRemainingTimeInMillis();
}
