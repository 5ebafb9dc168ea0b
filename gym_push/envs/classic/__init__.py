"""The environments for classic gym: `twins` for 0.26, `classic_api` with the calls of 2019."""
